"""
One order and its fills.

The cash an order has moved is always its filled quantity times its average price exactly as both are
printed, rounded half to even; each fill moves the difference.
"""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

import attrs

from domain.money import USD, Asset, Money, Rounding
from entrypoints.sandbox.alpaca.amounts import PRICE, PRICE_PER_CENT, shares_for, value

SHARE_UNITS = 10**9
LIVE = frozenset({"accepted", "new", "partially_filled"})
OPEN = LIVE | {"pending_cancel"}


@attrs.frozen(kw_only=True)
class Ticket:
    """What the customer asked for; exactly one of ``quantity`` and ``notional`` is set."""

    symbol: str
    side: str
    kind: str
    time_in_force: str
    quantity: Money | None
    notional: Money | None
    limit_price: Money | None
    extended_hours: bool
    client_order_id: str

    @property
    def is_buy(self) -> bool:
        return self.side == "buy"

    @property
    def asset(self) -> Asset:
        return Asset.share(self.symbol)

    def accepts(self, price: Money) -> bool:
        if self.limit_price is None:
            return True
        return price <= self.limit_price if self.is_buy else price >= self.limit_price

    def cost(self, price: Money) -> Money:
        """The most that a purchase can take."""
        if self.notional is not None:
            return self.notional
        return value(self._quantity(), self.limit_price or price, rounding=Rounding.UP)

    def shares(self, price: Money) -> Money:
        """The most that a sale can take."""
        if self.notional is None:
            return self._quantity()
        return shares_for(
            self.notional, self.limit_price or price, self.asset, rounding=Rounding.UP
        )

    def _quantity(self) -> Money:
        if self.quantity is None:
            raise AssertionError("a ticket has a quantity or a notional")
        return self.quantity


@attrs.define(kw_only=True)
class Order:
    """A ticket that was accepted; ``gross`` is exact, in cents times billionths of a share."""

    id: str
    account_id: str
    asset_id: str
    ticket: Ticket
    created_at: str
    updated_at: str
    status: str
    filled: Money
    gross: int = 0
    cash: Money = Money.zero(USD)
    moments: dict[str, str] = attrs.field(factory=dict)
    replaces: str | None = None
    replaced_by: str | None = None

    @property
    def submitted_at(self) -> datetime:
        return datetime.fromisoformat(self.created_at)

    @property
    def average(self) -> Money | None:
        """The average price of the fills, rounded down, as it is printed."""
        if not self.filled:
            return None
        return Money(self.gross * PRICE_PER_CENT // self.filled.minor, PRICE)

    def remaining(self, price: Money) -> Money:
        """What is left to fill at ``price``; never more than the notional can pay for."""
        notional = self.ticket.notional
        if notional is None:
            return self.ticket.shares(price) - self.filled
        left = notional.minor * SHARE_UNITS - self.gross
        return Money(max(left, 0) // price.minor, self.ticket.asset)

    def cash_after(self, quantity: Money, price: Money) -> Money:
        """What the order will have moved in total once ``quantity`` is filled at ``price``."""
        filled = self.filled.minor + quantity.minor
        gross = self.gross + quantity.minor * price.minor
        average = gross * PRICE_PER_CENT // filled
        exact = Fraction(average * filled, PRICE_PER_CENT * SHARE_UNITS)
        return Money(Rounding.HALF_EVEN.apply(exact), USD)

    def fill(self, quantity: Money, price: Money, *, complete: bool, at: str) -> None:
        self.cash = self.cash_after(quantity, price)
        self.filled += quantity
        self.gross += quantity.minor * price.minor
        self.enter("filled" if complete else "partially_filled", at=at)

    def enter(self, status: str, *, at: str) -> None:
        self.status = status
        self.updated_at = at
        self.moments[status] = at
