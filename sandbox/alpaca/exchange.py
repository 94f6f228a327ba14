"""Fills orders at the market's price after a delay, large ones in two parts."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Callable
from functools import partial

import attrs

from domain.money import Money
from sandbox.alpaca.account import Account
from sandbox.alpaca.accounts import Accounts
from sandbox.alpaca.counterparty import Counterparty
from sandbox.alpaca.held_balance import NotAvailable
from sandbox.alpaca.hours import Hours
from sandbox.alpaca.market import Market
from sandbox.alpaca.order import LIVE, OPEN, Execution, Order
from sandbox.alpaca.order_view import order_view
from sandbox.alpaca.settings import AlpacaSandboxSettings
from sandbox.alpaca.trade_events import TradeEvents
from sandbox.faults import outcomes
from sandbox.world import World


@attrs.define(kw_only=True)
class Exchange:
    """Works every live order when its market is open: fills it, lets it rest, or ends it."""

    _world: World
    _settings: AlpacaSandboxSettings
    _accounts: Accounts
    _market: Market
    _hours: Hours
    _counterparty: Counterparty
    _events: TradeEvents
    _resting: dict[str, dict[str, Order]] = attrs.field(factory=lambda: defaultdict(dict))
    _watchers: list[Callable[[Order], None]] = attrs.field(factory=list)

    def __attrs_post_init__(self) -> None:
        self._market.watch(self._price_moved)

    def watch(self, watcher: Callable[[Order], None]) -> None:
        """Call ``watcher(order)`` after each fill and each end of an order."""
        self._watchers.append(watcher)

    def submit(self, order: Order) -> None:
        """Open the order after half the fill delay, counted from when its market is open."""
        self._world.clock.call_later(
            self._wait_s(order) + self._settings.fill_delay_s / 2, partial(self._open, order)
        )

    def end(self, order: Order, status: str) -> None:
        """Stop the order and free what it still holds. Does nothing to one that has ended."""
        if order.status not in OPEN:
            return
        self.withdraw(order, status)
        self._release(order)
        self._publish(order)

    def withdraw(self, order: Order, status: str) -> None:
        """Stop the order whose hold now belongs to another leg."""
        self._resting[order.request.symbol].pop(order.id, None)
        self._events.enter(order, status)

    def _release(self, order: Order) -> None:
        self._resting[order.request.symbol].pop(order.id, None)
        self._accounts.get(order.account_id).release(order.hold, order.request.symbol)

    def _publish(self, order: Order) -> None:
        for watcher in self._watchers:
            watcher(order)

    def _wait_s(self, order: Order) -> float:
        request = order.request
        return self._hours.wait_s(request.time_in_force, extended=request.extended_hours)

    def _open(self, order: Order) -> None:
        if order.status not in LIVE:
            return
        if self._world.faults.outcome(outcomes.ORDER, order_view(order)) == "rejected":
            self.end(order, "rejected")
            return
        self._events.enter(order, "new")
        self._work_later(order)
        if order.request.time_in_force in {"gtc", "opg", "cls"}:
            return
        left_s = self._hours.day_left_s(extended=order.request.extended_hours)
        if left_s is not None:
            self._world.clock.call_later(left_s, partial(self._expire, order))

    def _expire(self, order: Order) -> None:
        if order.status in LIVE:
            self.end(order, "expired")

    def _work_later(self, order: Order) -> None:
        self._world.clock.call_later(self._settings.fill_delay_s / 2, partial(self._work, order))

    def _price_moved(self, symbol: str) -> None:
        price = self._market.price(symbol)
        for order in self._resting.pop(symbol, {}).values():
            if order.stop is not None:
                order.stop.see(price)
            self._work_later(order)

    def _work(self, order: Order) -> None:
        if order.status not in LIVE:
            return
        request = order.request
        wait_s = self._wait_s(order) if request.time_in_force == "gtc" else 0.0
        if wait_s > 0:
            self._world.clock.call_later(wait_s, partial(self._work, order))
            return
        price = self._market.price(request.symbol)
        if order.stop is not None:
            order.stop.see(price)
        if order.accepts(price):
            self._fill(order, price)
        elif request.time_in_force in {"ioc", "fok", "opg", "cls"}:
            self.end(order, "canceled")
        else:
            self._resting[request.symbol][order.id] = order

    def _fill(self, order: Order, price: Money) -> None:
        left = order.remaining(price)
        wanted = self._world.faults.outcome(outcomes.FILL, order_view(order))
        is_last = wanted == "partial" and left.minor > 1
        quantity = _half(left) if is_last else self._portion(order, left)
        account = self._accounts.get(order.account_id)
        execution = Execution(id=self._world.new_uuid(), quantity=quantity, price=price)
        complete = quantity == left
        try:
            self._counterparty.trade(order, account, execution, complete=complete)
        except NotAvailable:
            # The price rose beyond the held amount and the account cannot pay the difference.
            self.end(order, "canceled")
            return
        if complete:
            self._release(order)
        elif is_last:
            self._resting[order.request.symbol][order.id] = order
        else:
            self._work_later(order)
        if wanted == "busted":
            bust = partial(self._bust, order, account, execution)
            self._world.clock.call_later(self._settings.fill_delay_s, bust)
        self._publish(order)

    def _bust(self, order: Order, account: Account, execution: Execution) -> None:
        """Bust a fill for a fault; nothing happens when the account no longer has what it would return."""
        with contextlib.suppress(NotAvailable):
            self._counterparty.bust(order, account, execution)

    def _portion(self, order: Order, left: Money) -> Money:
        worth = self._market.value(order.request.symbol, left)
        first = not order.filled and order.request.time_in_force != "fok"
        if first and worth > self._settings.partial_fill_threshold and left.minor > 1:
            return _half(left)
        return left


def _half(amount: Money) -> Money:
    return Money(amount.minor // 2, amount.asset)
