"""Orders that depend on another: a bracket's exits start when the entry has filled and end together."""

from __future__ import annotations

import attrs

from domain.money import Money
from sandbox.alpaca.accounts import Accounts
from sandbox.alpaca.exchange import Exchange
from sandbox.alpaca.held_balance import NotAvailable
from sandbox.alpaca.market import Market
from sandbox.alpaca.order import HELD, LIVE, Order
from sandbox.alpaca.trade_events import TradeEvents

OVER = frozenset({"filled", "canceled", "expired", "rejected", "replaced"})


@attrs.define(kw_only=True)
class Legs:
    """
    Applies the rules of bracket, oto and oco orders.

    The exits of one entry share one hold on its shares. As soon as one of them trades or ends, the
    other is cancelled.
    """

    _accounts: Accounts
    _market: Market
    _exchange: Exchange
    _events: TradeEvents

    def __attrs_post_init__(self) -> None:
        self._exchange.watch(self._changed)

    def begin(self, parent: Order) -> None:
        """Add the legs of an accepted order: waiting, or live for an oco order."""
        for leg in parent.legs:
            self._events.enter(leg, HELD)
            if parent.request.order_class == "oco":
                self._start(leg)

    def _changed(self, order: Order) -> None:
        if order.parent is not None:
            self._leave(order, others=self._partners(order.parent))
        elif order.request.order_class == "oco":
            self._leave(order, others=order.legs)
        elif order.legs and order.status in OVER:
            self._follow(order)

    def _partners(self, parent: Order) -> list[Order]:
        return [*parent.legs, parent] if parent.request.order_class == "oco" else parent.legs

    def _leave(self, order: Order, *, others: list[Order]) -> None:
        for each in others:
            if each is not order and each.status in LIVE:
                self._exchange.withdraw(each, "canceled")

    def _follow(self, parent: Order) -> None:
        """The entry has ended: its legs sell what it bought, or end too when it bought nothing."""
        asleep = [leg for leg in parent.legs if leg.status == HELD]
        if not parent.filled or not self._hold(parent):
            for leg in asleep:
                self._exchange.withdraw(leg, "canceled")
            return
        for leg in asleep:
            leg.request = attrs.evolve(leg.request, quantity=parent.filled)
            self._start(leg)

    def _hold(self, parent: Order) -> bool:
        account, request = self._accounts.get(parent.account_id), parent.legs[0].request
        try:
            if request.is_buy:
                account.cash.hold(parent.id, self._dearest(parent, parent.filled))
            else:
                account.position(request.symbol).shares.hold(parent.id, parent.filled)
        except NotAvailable:
            return False
        return True

    def _dearest(self, parent: Order, quantity: Money) -> Money:
        price = self._market.price(parent.request.symbol)
        requests = [attrs.evolve(leg.request, quantity=quantity) for leg in parent.legs]
        return max(request.cost(price) for request in requests)

    def _start(self, leg: Order) -> None:
        leg.stop = leg.request.stop_at(self._market.price(leg.request.symbol))
        self._events.enter(leg, "accepted")
        self._exchange.submit(leg)
