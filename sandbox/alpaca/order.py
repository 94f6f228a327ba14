"""
One order and its fills.

guess: the cash an order has moved is the exact worth of its fills, rounded to a cent against the customer,
so up for a buy and down for a sale; each fill moves the difference.
"""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

import attrs

from domain.money import USD, Money, Rounding
from sandbox.alpaca.amounts import PRICE, PRICE_PER_CENT
from sandbox.alpaca.order_request import SHARE_UNITS, OrderRequest
from sandbox.alpaca.stops import Stop

LIVE = frozenset({"accepted", "new", "partially_filled"})
HELD = "held"
CANCELABLE = LIVE | {HELD}
OPEN = CANCELABLE | {"pending_cancel"}


@attrs.frozen(kw_only=True)
class Execution:
    """One fill: a quantity of shares at a price."""

    id: str
    quantity: Money
    price: Money


@attrs.define(kw_only=True, eq=False)
class Order:
    """
    An accepted request; ``gross`` is exact, in cents times billionths of a share.

    ``legs`` are the orders that depend on this one; ``parent`` is the order of a leg.
    """

    id: str
    account_id: str
    asset_id: str
    request: OrderRequest
    created_at: str
    updated_at: str
    status: str
    filled: Money
    gross: int = 0
    cash: Money = Money.zero(USD)
    charged: Money = Money.zero(USD)
    stop: Stop | None = None
    executions: list[Execution] = attrs.field(factory=list)
    moments: dict[str, str] = attrs.field(factory=dict)
    replaces: str | None = None
    replaced_by: str | None = None
    legs: list[Order] = attrs.field(factory=list, repr=False)
    parent: Order | None = attrs.field(default=None, repr=False)

    @property
    def submitted_at(self) -> datetime:
        return datetime.fromisoformat(self.created_at)

    @property
    def hold(self) -> str:
        """The reference of the account's hold for the order; legs share their parent's."""
        return self.id if self.parent is None else self.parent.id

    @property
    def average(self) -> Money | None:
        """The average price of the fills, rounded down, as it is printed."""
        if not self.filled:
            return None
        return Money(self.gross * PRICE_PER_CENT // self.filled.minor, PRICE)

    def accepts(self, price: Money) -> bool:
        """Whether the order would trade at ``price`` now."""
        return (self.stop is None or self.stop.is_hit) and self.request.accepts(price)

    def remaining(self, price: Money) -> Money:
        """The quantity left to fill at ``price``; never more than the notional can pay for."""
        notional = self.request.notional
        if notional is None:
            return self.request.shares(price) - self.filled
        left = notional.minor * SHARE_UNITS - self.gross
        return Money(max(left, 0) // price.minor, self.request.asset)

    def cash_after(self, quantity: Money, price: Money) -> Money:
        """The cash moved in total once ``quantity`` is filled at ``price``."""
        rounding = Rounding.UP if self.request.is_buy else Rounding.DOWN
        exact = Fraction(self.gross + quantity.minor * price.minor, SHARE_UNITS)
        return Money(rounding.apply(exact), USD)

    def due(self) -> Money:
        """The commission that is owed and not charged yet."""
        commission = self.request.commission
        if commission is None:
            return Money.zero(USD)
        return commission.due(filled=self.filled, cash=self.cash) - self.charged

    def add(self, quantity: Money, price: Money) -> None:
        """Count ``quantity`` as filled; a negative one undoes a fill."""
        self.cash = self.cash_after(quantity, price)
        self.filled += quantity
        self.gross += quantity.minor * price.minor

    def fill(self, quantity: Money, price: Money, *, complete: bool, at: str) -> None:
        self.add(quantity, price)
        self.enter("filled" if complete else "partially_filled", at=at)

    def enter(self, status: str, *, at: str) -> None:
        self.status = status
        self.updated_at = at
        self.moments[status] = at
