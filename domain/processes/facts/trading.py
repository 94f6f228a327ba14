"""What the broker reports about an order, and what the investor asks for."""

from __future__ import annotations

from enum import Enum

import attrs

from domain.ids import Reference
from domain.money import Money
from domain.processes.facts.effects import EffectRefused, EffectUnknown, LedgerRefused
from domain.quantity import Price
from domain.trading.order import Side
from domain.trading.report_age import UNDATED, ReportAge


class OrderStatus(Enum):
    """The status of an order at the broker, reduced to what we act on."""

    ACCEPTED = "accepted"
    OPEN = "open"
    FILLED = "filled"
    CANCELED = "canceled"
    REJECTED = "rejected"
    EXPIRED = "expired"
    REPLACED = "replaced"

    @property
    def has_ended(self) -> bool:
        """Whether nothing more is to come; a replaced order continues under another id."""
        return self in _ENDED


_ENDED = {OrderStatus.FILLED, OrderStatus.CANCELED, OrderStatus.REJECTED, OrderStatus.EXPIRED}


@attrs.frozen(kw_only=True)
class Execution:
    """One fill of an order."""

    price: Price
    quantity: Money


@attrs.frozen(kw_only=True)
class OrderReported:
    """
    A snapshot of the order at the broker; quantity and average price are cumulative.

    ``age`` is when it is from. ``execution`` is the fill that an event reports. ``corrects`` is set for a
    trade correction or bust. ``side`` and ``account_id`` are what the broker has, if it says so.
    """

    reference: Reference
    provider_id: str
    status: OrderStatus
    filled: Money
    average_price: Price | None = None
    corrects: bool = False
    reason: str | None = None
    age: ReportAge = UNDATED
    execution: Execution | None = None
    side: Side | None = None
    account_id: str | None = None


@attrs.frozen(kw_only=True)
class CancelRequested:
    """The investor asked to cancel the order."""


OrderFact = OrderReported | CancelRequested | EffectRefused | EffectUnknown | LedgerRefused
