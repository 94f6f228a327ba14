"""A customer's request for an order."""

from __future__ import annotations

import attrs

from domain.money import Asset, Money, Rounding
from sandbox.alpaca.amounts import shares_for, value
from sandbox.alpaca.commissions import Commission
from sandbox.alpaca.stops import Stop, Trail

SHARE_UNITS = 10**9


@attrs.frozen(kw_only=True)
class OrderRequest:
    """Exactly one of ``quantity`` and ``notional`` is set."""

    symbol: str
    side: str
    kind: str
    time_in_force: str
    quantity: Money | None
    notional: Money | None
    limit_price: Money | None
    extended_hours: bool
    client_order_id: str
    stop_price: Money | None = None
    trail: Trail | None = None
    order_class: str = ""
    commission: Commission | None = None
    position_intent: str | None = None

    @property
    def is_buy(self) -> bool:
        return self.side == "buy"

    @property
    def is_fractional(self) -> bool:
        return self.quantity is None or self.quantity.minor % SHARE_UNITS != 0

    @property
    def asset(self) -> Asset:
        return Asset.share(self.symbol)

    def stop_at(self, price: Money) -> Stop | None:
        """The stop of an order placed when the market was at ``price``."""
        at = self.stop_price
        if self.trail is not None:
            at = self.trail.stop(price, is_buy=self.is_buy)
        if at is None:
            return None
        return Stop(price=at, is_buy=self.is_buy, mark=price, trail=self.trail)

    def accepts(self, price: Money) -> bool:
        if self.limit_price is None:
            return True
        return price <= self.limit_price if self.is_buy else price >= self.limit_price

    def meets(self, other: OrderRequest) -> bool:
        """Whether the two, of opposite sides, could trade with one another."""
        if self.limit_price is None or other.limit_price is None:
            return True
        if self.is_buy:
            return self.limit_price >= other.limit_price
        return self.limit_price <= other.limit_price

    def cost(self, price: Money) -> Money:
        """The most that a purchase can cost, with its commission."""
        cash = self._cash(price)
        if self.commission is None:
            return cash
        return cash + self.commission.due(filled=self.shares(price), cash=cash)

    def _cash(self, price: Money) -> Money:
        if self.notional is not None:
            return self.notional
        return value(self._quantity(), self._worst(price), rounding=Rounding.UP)

    def _worst(self, price: Money) -> Money:
        if self.limit_price is not None:
            return self.limit_price
        stop = self.stop_at(price)
        return price if stop is None else max(stop.price, price)

    def shares(self, price: Money) -> Money:
        """The most shares that a sale can take."""
        if self.notional is None:
            return self._quantity()
        return shares_for(
            self.notional, self.limit_price or price, self.asset, rounding=Rounding.UP
        )

    def _quantity(self) -> Money:
        if self.quantity is None:
            raise AssertionError("an order request has a quantity or a notional")
        return self.quantity
