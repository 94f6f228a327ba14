"""What the broker reports about an order, and what the investor asks for."""

from __future__ import annotations

from enum import Enum

import attrs

from domain.ids import Reference
from domain.money import Money
from domain.processes.facts.effects import EffectRefused, EffectUnknown, LedgerRefused
from domain.quantity import Price


class OrderStatus(Enum):
    """The status of an order at the broker, reduced to what we act on."""

    ACCEPTED = "accepted"
    OPEN = "open"
    FILLED = "filled"
    CANCELED = "canceled"
    REJECTED = "rejected"
    EXPIRED = "expired"


@attrs.frozen(kw_only=True)
class OrderReported:
    """
    A snapshot of the order at the broker; quantity and average price are cumulative.

    ``corrects`` is set for a trade correction or bust; only then can less be filled than before.
    """

    reference: Reference
    provider_id: str
    status: OrderStatus
    filled: Money
    average_price: Price | None = None
    corrects: bool = False
    reason: str | None = None


@attrs.frozen(kw_only=True)
class CancelRequested:
    """The investor asked to cancel the order."""


OrderFact = OrderReported | CancelRequested | EffectRefused | EffectUnknown | LedgerRefused
