"""Translates Alpaca's accounts, journals, wires and orders into facts."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from domain.accounts.onboarding import ProviderAccountStatus
from domain.ids import Reference
from domain.money import USD, Asset, Money
from domain.processes.facts.accounts import BrokerAccountReported
from domain.processes.facts.funding import (
    JournalAccepted,
    JournalExecuted,
    JournalRejected,
    WireAccepted,
    WireCompleted,
    WireFailed,
)
from domain.processes.facts.trading import OrderReported, OrderStatus
from domain.quantity import Price
from ports.brokerage import JournalFact, WireFact

ACCOUNT_STATUSES = {
    "ACTIVE": ProviderAccountStatus.APPROVED,
    "ACTION_REQUIRED": ProviderAccountStatus.ACTION_REQUIRED,
    "REJECTED": ProviderAccountStatus.REJECTED,
    "SUBMISSION_FAILED": ProviderAccountStatus.REJECTED,
    "ACCOUNT_CLOSED": ProviderAccountStatus.REJECTED,
}

JOURNAL_REISSUED = "correct"
"""The journal was cancelled and re-issued under another id: still pending, never a rejection."""
JOURNAL_ENDS = frozenset({"rejected", "canceled", "refused", "deleted"})

WIRE_ENDS = frozenset({"REJECTED", "CANCELED", "RETURNED"})

ORDER_STATUSES = {
    "new": OrderStatus.OPEN,
    "partially_filled": OrderStatus.OPEN,
    "done_for_day": OrderStatus.OPEN,
    "pending_cancel": OrderStatus.OPEN,
    "pending_replace": OrderStatus.OPEN,
    "stopped": OrderStatus.OPEN,
    "suspended": OrderStatus.OPEN,
    "calculated": OrderStatus.OPEN,
    "filled": OrderStatus.FILLED,
    "canceled": OrderStatus.CANCELED,
    "replaced": OrderStatus.CANCELED,
    "rejected": OrderStatus.REJECTED,
    "expired": OrderStatus.EXPIRED,
}
"""Any other status, known or not, means that the broker has the order but does not work it yet."""
CANCELLING = "pending_cancel"
ENDED = frozenset(ORDER_STATUSES.values()) - {OrderStatus.OPEN}


def account_reported(account_id: str, status: str) -> BrokerAccountReported:
    ours = ACCOUNT_STATUSES.get(status, ProviderAccountStatus.PENDING)
    is_trouble = ours in {ProviderAccountStatus.REJECTED, ProviderAccountStatus.ACTION_REQUIRED}
    return BrokerAccountReported(
        account_id=account_id, standing=ours, reason=status if is_trouble else None
    )


def journal_reported(reference: Reference, *, journal_id: str, status: str) -> JournalFact:
    if status == "executed":
        return JournalExecuted(reference=reference, provider_id=journal_id)
    if status in JOURNAL_ENDS:
        return JournalRejected(reference=reference, reason=f"the broker's journal is {status}")
    return JournalAccepted(reference=reference, provider_id=journal_id)


def wire_reported(reference: Reference, transfer: Mapping[str, Any]) -> WireFact:
    transfer_id, status = str(transfer["id"]), str(transfer["status"])
    if status == "COMPLETE":
        return WireCompleted(reference=reference, provider_id=transfer_id)
    if status in WIRE_ENDS:
        reason = transfer.get("reason") or f"the wire is {status}"
        return WireFailed(reference=reference, reason=str(reason))
    return WireAccepted(reference=reference, provider_id=transfer_id)


def order_reported(
    reference: Reference, order: Mapping[str, Any], *, corrects: bool = False
) -> OrderReported:
    status = ORDER_STATUSES.get(str(order["status"]), OrderStatus.ACCEPTED)
    average = order.get("filled_avg_price")
    return OrderReported(
        reference=reference,
        provider_id=str(order["id"]),
        status=status,
        filled=shares(order["symbol"], order["filled_qty"]),
        average_price=None if average is None else Price.of(str(average)),
        corrects=corrects,
        reason="rejected by the broker" if status is OrderStatus.REJECTED else None,
    )


def is_cancelable(order: Mapping[str, Any]) -> bool:
    """Whether the order is open and not being cancelled already."""
    status = str(order["status"])
    return status != CANCELLING and ORDER_STATUSES.get(status) not in ENDED


def shares(symbol: object, quantity: object) -> Money:
    return Money.of(str(quantity), Asset.share(str(symbol)))


def dollars(text: object) -> Money:
    """A balance, rounded down to whole cents."""
    cents = (Decimal(str(text)) * 10**USD.scale).to_integral_value(rounding=ROUND_FLOOR)
    return Money(int(cents), USD)
