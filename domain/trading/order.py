"""An order to buy or sell one symbol, and its fills."""

from __future__ import annotations

from enum import Enum
from fractions import Fraction

import attrs

from domain.errors import DomainError, Kind
from domain.ids import InvestorId, ProcessId, Reference, reference
from domain.limits import LimitConsumption
from domain.money import USD, Asset, Money
from domain.quantity import Price
from domain.review.given_up import GivenUp
from domain.trading.report_age import UNDATED, ReportAge

ORDER_MIN = Money(100, USD)
"""The least that an order may be worth, however it is expressed."""


class InvalidOrder(DomainError):
    """The terms of the order are invalid."""

    code = "ERR_5303"
    slug = "invalid-order"
    kind = Kind.VALIDATION


class OrderNotFound(DomainError):
    """There is no such order."""

    code = "ERR_5304"
    slug = "order-not-found"
    kind = Kind.NOT_FOUND


class OrderNotOpen(DomainError):
    """The order has ended and cannot be cancelled."""

    code = "ERR_5305"
    slug = "order-not-open"
    kind = Kind.CONFLICT


class Side(Enum):
    BUY = "buy"
    SELL = "sell"


class OrderType(Enum):
    MARKET = "market"
    LIMIT = "limit"


class OrderStage(Enum):
    DRAFT = "draft"
    RESERVED = "reserved"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    PARTIALLY_FILLED = "partially_filled"
    FILLED = "filled"
    CANCEL_REQUESTED = "cancel_requested"
    CANCELED = "canceled"
    REJECTED = "rejected"
    EXPIRED = "expired"
    MANUAL_REVIEW = "manual_review"

    @property
    def is_final(self) -> bool:
        return self in _FINAL


_FINAL = {OrderStage.FILLED, OrderStage.CANCELED, OrderStage.REJECTED, OrderStage.EXPIRED}


@attrs.frozen(kw_only=True)
class OrderTerms:
    """
    The requested terms. Exactly one of ``notional`` (dollars) and ``quantity`` (shares) is set.

    Raises ``InvalidOrder`` for invalid terms; the broker's rules are in alpaca.md §7.
    """

    symbol: str
    side: Side
    type: OrderType
    notional: Money | None = None
    quantity: Money | None = None
    limit_price: Price | None = None

    def __attrs_post_init__(self) -> None:
        if (self.notional is None) == (self.quantity is None):
            raise InvalidOrder("give either notional or quantity, not both", field="notional")
        if (self.type is OrderType.LIMIT) != (self.limit_price is not None):
            raise InvalidOrder(
                "a limit order needs a limit_price; a market order must not have one",
                field="limit_price",
            )
        if self.notional is not None and self.notional < ORDER_MIN:
            raise InvalidOrder(f"the smallest order is {ORDER_MIN}", field="notional")
        if self.quantity is not None and not self.quantity.is_positive:
            raise InvalidOrder("the quantity must be positive", field="quantity")
        if self.limit_price is not None and self.limit_price.value <= 0:
            raise InvalidOrder("the limit price must be positive", field="limit_price")
        if self.limit_price is not None and not self.limit_price.is_on_tick:
            raise InvalidOrder(
                "a limit price has at most 2 decimals, below 1.00 at most 4", field="limit_price"
            )

    @property
    def asset(self) -> Asset:
        return Asset.share(self.symbol)


@attrs.frozen(kw_only=True)
class Order:
    """
    One order with its hold and its fills.

    ``hold`` is the amount still reserved: dollars for a buy, shares for a sell. ``filled`` and ``cost``
    are cumulative, so a repeated report adds nothing; ``exact_cost`` is the cost in dollars
    before it was rounded. ``age`` is that of the newest report that was booked or ruled on: an older one
    changes nothing.

    In review, ``disputed`` says that the broker contradicts what is booked, which only a ruling ends.
    ``cancels`` counts the requests to cancel that were sent, ``lookups`` the look-ups that were ordered.
    """

    id: ProcessId
    investor_id: InvestorId
    broker_account_id: str
    terms: OrderTerms
    hold: Money
    filled: Money
    cost: Money = Money(0, USD)
    stage: OrderStage = OrderStage.DRAFT
    basket: str | None = None
    group_id: str | None = None
    provider_id: str | None = None
    fills: int = 0
    cancel_wanted: bool = False
    paused_stage: OrderStage | None = None
    reason: str | None = None
    counted: LimitConsumption | None = None
    given_up: tuple[GivenUp, ...] = ()
    exact_cost: Fraction | None = None
    age: ReportAge = UNDATED
    disputed: bool = False
    cancels: int = 0
    lookups: int = 0

    @property
    def reference(self) -> Reference:
        """The client order id, which is the same for every attempt to place the order."""
        return reference(self.id, "order")
