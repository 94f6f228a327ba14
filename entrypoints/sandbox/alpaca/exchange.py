"""Where orders become fills: at the market's price, after a delay, large ones in two parts."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from functools import partial

import attrs

from domain.money import USD, Money
from entrypoints.sandbox.alpaca import sessions
from entrypoints.sandbox.alpaca.account import Account
from entrypoints.sandbox.alpaca.accounts import Accounts
from entrypoints.sandbox.alpaca.activities import Activities
from entrypoints.sandbox.alpaca.amounts import trimmed
from entrypoints.sandbox.alpaca.market import Market
from entrypoints.sandbox.alpaca.order import LIVE, Order
from entrypoints.sandbox.alpaca.pot import NotAvailable
from entrypoints.sandbox.alpaca.settings import AlpacaSandboxSettings
from entrypoints.sandbox.alpaca.trade_events import TradeEvents
from entrypoints.sandbox.world import World


@attrs.define(kw_only=True)
class Exchange:
    """
    The other side of every trade.

    ``takings`` and ``delivered`` are what it received in cash and gave in shares, so that the books
    of all accounts and its own add up.
    """

    _world: World
    _settings: AlpacaSandboxSettings
    _accounts: Accounts
    _market: Market
    _activities: Activities
    _events: TradeEvents
    takings: Money = Money.zero(USD)
    delivered: dict[str, Money] = attrs.field(factory=dict)
    _resting: dict[str, dict[str, Order]] = attrs.field(factory=lambda: defaultdict(dict))

    def __attrs_post_init__(self) -> None:
        self._market.watch(self._price_moved)

    def submit(self, order: Order) -> None:
        """Open the order after half the fill delay (at the next open when closed), then work it."""
        self._world.clock.call_later(
            self._wait_s(self._world.clock.now()), partial(self._open, order)
        )

    def release(self, order: Order) -> None:
        """Free what the order still holds; for an order that will not fill any more."""
        self._resting[order.ticket.symbol].pop(order.id, None)
        self._accounts.get(order.account_id).release(order.id, order.ticket.symbol)

    def end(self, order: Order, status: str) -> None:
        self.release(order)
        self._events.enter(order, status)

    def _wait_s(self, now: datetime) -> float:
        soon = self._settings.fill_delay_s / 2
        if self._settings.market_always_open or sessions.is_open(now):
            return soon
        return (sessions.next_at(now, sessions.OPEN) - now).total_seconds() + soon

    def _open(self, order: Order) -> None:
        if order.status not in LIVE:
            return
        self._events.enter(order, "new")
        self._work_later(order)
        if order.ticket.time_in_force == "day" and not self._settings.market_always_open:
            now = self._world.clock.now()
            close_s = (sessions.next_at(now, sessions.CLOSE) - now).total_seconds()
            self._world.clock.call_later(close_s, partial(self._expire, order))

    def _expire(self, order: Order) -> None:
        if order.status in LIVE:
            self.end(order, "expired")

    def _work_later(self, order: Order) -> None:
        self._world.clock.call_later(self._settings.fill_delay_s / 2, partial(self._work, order))

    def _price_moved(self, symbol: str) -> None:
        for order in self._resting.pop(symbol, {}).values():
            self._work_later(order)

    def _work(self, order: Order) -> None:
        if order.status not in LIVE:
            return
        price = self._market.price(order.ticket.symbol)
        if order.ticket.accepts(price):
            self._fill(order, price)
        elif order.ticket.time_in_force in {"ioc", "fok"}:
            self.end(order, "canceled")
        else:
            self._resting[order.ticket.symbol][order.id] = order

    def _fill(self, order: Order, price: Money) -> None:
        left = order.remaining(price)
        quantity = self._portion(order, left)
        account = self._accounts.get(order.account_id)
        try:
            self._exchange(order, account, quantity, price)
        except NotAvailable:
            # The price ran away from what was held and the account cannot add the difference.
            self.end(order, "canceled")
            return
        complete = quantity == left
        order.fill(quantity, price, complete=complete, at=self._world.clock.stamp())
        self._record(order, account, quantity, price)
        if complete:
            self.release(order)
        else:
            self._work_later(order)

    def _portion(self, order: Order, left: Money) -> Money:
        worth = self._market.value(order.ticket.symbol, left)
        first = not order.filled and order.ticket.time_in_force != "fok"
        if first and worth > self._settings.partial_fill_threshold and left.minor > 1:
            return Money(left.minor // 2, left.asset)
        return left

    def _exchange(self, order: Order, account: Account, quantity: Money, price: Money) -> None:
        """Move cash one way and shares the other. Raises ``NotAvailable`` and moves nothing."""
        cash = order.cash_after(quantity, price) - order.cash
        position = account.position(order.ticket.symbol)
        if order.ticket.is_buy:
            account.cash.spend(order.id, cash)
            position.buy(quantity, price)
        else:
            position.sell(order.id, quantity)
            account.cash.add(cash)
        sign = 1 if order.ticket.is_buy else -1
        self.takings += Money(sign * cash.minor, USD)
        before = self.delivered.get(order.ticket.symbol, Money.zero(quantity.asset))
        self.delivered[order.ticket.symbol] = before + Money(sign * quantity.minor, quantity.asset)

    def _record(self, order: Order, account: Account, quantity: Money, price: Money) -> None:
        complete = order.status == "filled"
        leaves = Money.zero(quantity.asset) if complete else order.remaining(price)
        self._activities.record_fill(
            account,
            {
                "type": "fill" if complete else "partial_fill",
                "order_id": order.id,
                "order_status": order.status,
                "symbol": order.ticket.symbol,
                "side": order.ticket.side,
                "price": trimmed(price),
                "qty": trimmed(quantity),
                "cum_qty": trimmed(order.filled),
                "leaves_qty": trimmed(leaves),
            },
        )
        shares = account.position(order.ticket.symbol).shares.balance
        today = self._world.clock.now().astimezone(sessions.NEW_YORK).date()
        self._events.tell(
            order,
            {
                "price": trimmed(price),
                "qty": trimmed(quantity),
                "position_qty": trimmed(shares),
                "settle_date": sessions.settlement(today).isoformat(),
            },
        )
