"""Carries out rebalancing runs with ordinary market orders."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import attrs

from domain.money import USD, Money
from sandbox.alpaca.account import Account
from sandbox.alpaca.errors import AlpacaRefusal, Missing, Unprocessable
from sandbox.alpaca.exchange import Exchange
from sandbox.alpaca.fields import Fields
from sandbox.alpaca.market import Market
from sandbox.alpaca.order import CANCELABLE, Order
from sandbox.alpaca.orders import Orders
from sandbox.alpaca.portfolios import Subscription
from sandbox.alpaca.rebalance_run import IN_PROGRESS, QUEUED, UNFINISHED, RebalanceRun
from sandbox.alpaca.settings import AlpacaSandboxSettings
from sandbox.alpaca.weights import Weights, part_of
from sandbox.world import World

FULL, CASH_ONLY = "full_rebalance", "invest_cash"


@attrs.define(kw_only=True)
class Rebalancer:
    """
    An account has at most one unfinished run.

    guess: amounts round down to the cent, and an order below the minimum is skipped.
    """

    _world: World
    _settings: AlpacaSandboxSettings
    _market: Market
    _exchange: Exchange
    _orders: Orders
    _runs: dict[str, RebalanceRun] = attrs.field(factory=dict)

    def __attrs_post_init__(self) -> None:
        self._exchange.watch(self._order_changed)

    def __iter__(self) -> Iterator[RebalanceRun]:
        """Newest first."""
        return reversed(self._runs.values())

    def get(self, run_id: str) -> RebalanceRun:
        if run_id not in self._runs:
            raise Missing("run not found")
        return self._runs[run_id]

    def start(
        self, subscription: Subscription, *, kind: str, weights: Weights, initiated_from: str
    ) -> RebalanceRun:
        """Raises ``Unprocessable`` while another run of the account is unfinished."""
        if any(each.account is subscription.account for each in self._unfinished()):
            raise Unprocessable("account has an unfinished run")
        at = self._world.clock.stamp()
        run = RebalanceRun(
            id=self._world.new_uuid(),
            subscription=subscription,
            kind=kind,
            weights=weights,
            initiated_from=initiated_from,
            created_at=at,
            updated_at=at,
        )
        self._runs[run.id] = run
        self._world.clock.call_later(self._settings.journal_step_s, partial(self._begin, run))
        return run

    def cancel(self, run: RebalanceRun) -> None:
        """Stop a run and cancel its open orders. Raises ``Unprocessable``."""
        if run.status not in UNFINISHED:
            raise Unprocessable(f"run is not cancelable in status {run.status}")
        self._end(run, "CANCELED" if run.status == QUEUED else "CANCELED_MID_RUN")
        for order in run.orders:
            if order.status in CANCELABLE:
                self._exchange.end(order, "canceled")

    def _unfinished(self) -> list[RebalanceRun]:
        return [run for run in self._runs.values() if run.status in UNFINISHED]

    def _begin(self, run: RebalanceRun) -> None:
        if run.status != QUEUED:
            return
        self._move(run, IN_PROGRESS)
        if run.kind == FULL:
            self._sell(run)
        self._go_on(run)

    def _order_changed(self, order: Order) -> None:
        for run in self._unfinished():
            if order in run.orders:
                self._go_on(run)

    def _go_on(self, run: RebalanceRun) -> None:
        if run.is_waiting:
            return
        if not run.is_buying:
            run.is_buying = True
            self._buy(run)
        if not run.is_waiting:
            self._complete(run)

    def _complete(self, run: RebalanceRun) -> None:
        whole = not run.skipped and all(each.status == "filled" for each in run.orders)
        self._end(run, "COMPLETED_SUCCESS" if whole else "COMPLETED_ADJUSTED")
        run.subscription.last_rebalanced_at = run.ended_at

    def _sell(self, run: RebalanceRun) -> None:
        total = self._worth(run.account)
        for position in run.account.held_positions():
            worth = self._market.value(position.symbol, position.shares.available)
            excess = worth - run.weights.target(position.symbol, total)
            if excess.is_positive:
                quantity = part_of(position.shares.available, excess=excess, worth=worth)
                self._place(run, position.symbol, "sell", excess, {"qty": quantity.decimal})

    def _buy(self, run: RebalanceRun) -> None:
        total = self._worth(run.account)
        free = run.account.cash.available
        for symbol in run.weights.assets:
            lacking = min(self._lacking(run, symbol, total), free)
            if lacking.is_positive and self._place(
                run, symbol, "buy", lacking, {"notional": lacking.decimal}
            ):
                free -= lacking

    def _lacking(self, run: RebalanceRun, symbol: str, total: Money) -> Money:
        if run.kind == CASH_ONLY:
            return run.weights.target(symbol, run.account.cash.available)
        held = run.account.position(symbol).shares.balance
        return run.weights.target(symbol, total) - self._market.value(symbol, held)

    def _place(
        self, run: RebalanceRun, symbol: str, side: str, worth: Money, size: dict[str, str]
    ) -> bool:
        if worth < self._settings.notional_min:
            self._skip(run, symbol, side, worth, "below the least order")
            return False
        order = {"symbol": symbol, "side": side, "type": "market", "time_in_force": "day", **size}
        try:
            run.orders.append(self._orders.place(run.account, Fields(order)))
        except AlpacaRefusal as refusal:
            self._skip(run, symbol, side, worth, str(refusal))
            return False
        return True

    def _skip(self, run: RebalanceRun, symbol: str, side: str, worth: Money, why: str) -> None:
        figures = {"notional": worth.decimal, "currency": USD.code}
        reason = {"reason": "skipped", "reason_details": why}
        run.skipped.append({"symbol": symbol, "side": side, **figures, **reason})

    def _worth(self, account: Account) -> Money:
        shares = [
            self._market.value(each.symbol, each.shares.balance)
            for each in account.held_positions()
        ]
        return sum(shares, start=account.cash.available)

    def _move(self, run: RebalanceRun, status: str) -> None:
        run.status = status
        run.updated_at = self._world.clock.stamp()

    def _end(self, run: RebalanceRun, status: str) -> None:
        self._move(run, status)
        run.ended_at = run.updated_at
