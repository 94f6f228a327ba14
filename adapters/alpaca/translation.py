"""Translates Alpaca's accounts, journals, wires and orders into facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import ROUND_FLOOR, Decimal
from typing import Any

import attrs

from domain.accounts.onboarding import ProviderAccountStatus
from domain.ids import Reference
from domain.money import USD, Asset, Money, NotAnAmount, PrecisionLost
from domain.processes.facts.accounts import BrokerAccountReported
from domain.processes.facts.funding import (
    JournalAccepted,
    JournalExecuted,
    JournalRejected,
    WireAccepted,
    WireCompleted,
    WireFailed,
)
from domain.processes.facts.trading import Execution, OrderReported, OrderStatus
from domain.quantity import Price
from domain.trading import fill_cost
from domain.trading.order import Side
from domain.trading.report_age import ReportAge
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
    "replaced": OrderStatus.REPLACED,
    "rejected": OrderStatus.REJECTED,
    "expired": OrderStatus.EXPIRED,
}
"""Any other status, known or not, means that the broker has the order but does not work it yet."""
ORDER_ENDS = frozenset(text for text, status in ORDER_STATUSES.items() if status.has_ended)
FILLS = frozenset({"fill", "partial_fill"})
CORRECTIONS = frozenset({"trade_bust", "trade_correct"})
SIDES = {side.value: side for side in Side}


def account_reported(account_id: str, status: str) -> BrokerAccountReported:
    ours = ACCOUNT_STATUSES.get(status, ProviderAccountStatus.PENDING)
    is_trouble = ours in {ProviderAccountStatus.REJECTED, ProviderAccountStatus.ACTION_REQUIRED}
    return BrokerAccountReported(
        account_id=account_id, standing=ours, reason=status if is_trouble else None
    )


def journal_reported(
    reference: Reference, *, journal_id: str, status: str, amount: object = None
) -> JournalFact:
    """``amount`` is the dollars as the journal tells them, if it does."""
    if status == "executed":
        moved = told(amount)
        return JournalExecuted(reference=reference, provider_id=journal_id, amount=moved)
    if status in JOURNAL_ENDS:
        return JournalRejected(reference=reference, reason=f"the broker's journal is {status}")
    return JournalAccepted(reference=reference, provider_id=journal_id)


def wire_reported(reference: Reference, transfer: Mapping[str, Any]) -> WireFact:
    transfer_id, status = str(transfer["id"]), str(transfer["status"])
    if status == "COMPLETE":
        sent = told(transfer.get("requested_amount") or transfer.get("amount"))
        return WireCompleted(reference=reference, provider_id=transfer_id, amount=sent)
    if status in WIRE_ENDS:
        reason = transfer.get("reason") or f"the wire is {status}"
        return WireFailed(reference=reference, reason=str(reason))
    return WireAccepted(reference=reference, provider_id=transfer_id)


def order_reported(reference: Reference, order: Mapping[str, Any]) -> OrderReported:
    status = ORDER_STATUSES.get(str(order["status"]), OrderStatus.ACCEPTED)
    average = order.get("filled_avg_price")
    return OrderReported(
        reference=reference,
        provider_id=str(order["id"]),
        status=status,
        filled=shares(order["symbol"], order["filled_qty"]),
        average_price=None if average is None else Price.of(str(average)),
        reason="rejected by the broker" if status is OrderStatus.REJECTED else None,
        age=ReportAge(updated_at=_time(order.get("updated_at"))),
        side=SIDES.get(str(order.get("side"))),
    )


def replaced_by(order: Mapping[str, Any]) -> str | None:
    """The id of the order that replaced it."""
    successor = order.get("replaced_by") if order["status"] == "replaced" else None
    return None if successor is None else str(successor)


def chain_reported(reference: Reference, chain: Sequence[Mapping[str, Any]]) -> OrderReported:
    """
    An order and those that replaced it, as one: the state of the last one, the fills of all.

    guess: each order counts only its own fills.
    """
    reports = [order_reported(reference, order) for order in chain]
    *replaced, last = reports
    if not any(report.filled for report in replaced):
        return last
    filled = sum((report.filled for report in replaced), last.filled)
    dollars = sum(
        fill_cost.of_average(report.average_price, report.filled)
        for report in reports
        if report.average_price is not None
    )
    average = Price(dollars * 10**filled.asset.scale / filled.minor)
    return attrs.evolve(last, filled=filled, average_price=average)


def trade_reported(reference: Reference, event: Mapping[str, Any]) -> OrderReported:
    """The order as the event shows it, with the fill that the event reports."""
    order = event["order"]
    plain = order_reported(reference, order)
    execution = None
    price, quantity = event.get("price"), event.get("qty")
    if event["event"] in FILLS and price is not None and quantity is not None:
        execution = Execution(
            price=Price.of(str(price)), quantity=shares(order["symbol"], quantity)
        )
    account_id = event.get("account_id")
    return attrs.evolve(
        plain,
        corrects=event["event"] in CORRECTIONS,
        age=attrs.evolve(plain.age, event_id=str(event["event_id"])),
        execution=execution,
        account_id=None if account_id is None else str(account_id),
    )


def is_cancelable(order: Mapping[str, Any]) -> bool:
    """Whether the order is open and not being cancelled already."""
    status = str(order["status"])
    return status != "pending_cancel" and status not in ORDER_ENDS


def _time(text: object) -> datetime | None:
    return None if text is None else datetime.fromisoformat(str(text))


def shares(symbol: object, quantity: object) -> Money:
    return Money.of(str(quantity), Asset.share(str(symbol)))


def told(amount: object) -> Money | None:
    """An amount of dollars without its sign; None if none is told, or not one in whole cents."""
    try:
        return None if amount is None else Money.of(str(amount).removeprefix("-"), USD)
    except (NotAnAmount, PrecisionLost):
        return None


def dollars(text: object) -> Money:
    """A balance, rounded down to whole cents."""
    cents = (Decimal(str(text)) * 10**USD.scale).to_integral_value(rounding=ROUND_FLOOR)
    return Money(int(cents), USD)
