"""What the broker reports of an order, and what the investor asks of it."""

from __future__ import annotations

from enum import Enum

import attrs

from domain.ids import Reference
from domain.money import Money
from domain.quantity import Price


class OrderStatus(Enum):
    """Where an order is at the broker; its many statuses reduced to what we act on."""

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

    ``corrects`` is set for a trade correction or bust: then the snapshot may hold less than before.
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
    """The investor asked to cancel."""
