from __future__ import annotations

import pytest

from adapters.alpaca.translation import (
    account_reported,
    dollars,
    journal_reported,
    order_reported,
    wire_reported,
)
from domain.accounts.onboarding import ProviderAccountStatus
from domain.money import USD, Asset, Money
from domain.processes.facts.funding import (
    JournalAccepted,
    JournalExecuted,
    JournalRejected,
    WireAccepted,
    WireCompleted,
    WireFailed,
)
from domain.processes.facts.trading import OrderStatus
from domain.quantity import Price
from tests.unit.adapters.alpaca.scripted_client import REFERENCE, order


@pytest.mark.parametrize(
    ("status", "standing"),
    [
        ("ACTIVE", ProviderAccountStatus.APPROVED),
        ("APPROVED", ProviderAccountStatus.PENDING),
        ("SUBMITTED", ProviderAccountStatus.PENDING),
        ("ACTION_REQUIRED", ProviderAccountStatus.ACTION_REQUIRED),
        ("REJECTED", ProviderAccountStatus.REJECTED),
        ("ACCOUNT_CLOSED", ProviderAccountStatus.REJECTED),
        ("SOMETHING_NEW", ProviderAccountStatus.PENDING),
    ],
)
def test_only_an_active_account_is_approved(status: str, standing: ProviderAccountStatus) -> None:
    assert account_reported("a", status).standing is standing


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("executed", JournalExecuted),
        ("queued", JournalAccepted),
        ("pending", JournalAccepted),
        ("correct", JournalAccepted),
        ("something_new", JournalAccepted),
        ("rejected", JournalRejected),
        ("canceled", JournalRejected),
        ("refused", JournalRejected),
        ("deleted", JournalRejected),
    ],
)
def test_only_an_executed_journal_has_moved_dollars(status: str, kind: type) -> None:
    assert type(journal_reported(REFERENCE, journal_id="j", status=status)) is kind


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("COMPLETE", WireCompleted),
        ("SENT_TO_CLEARING", WireAccepted),
        ("APPROVED", WireAccepted),
        ("SOMETHING_NEW", WireAccepted),
        ("REJECTED", WireFailed),
        ("CANCELED", WireFailed),
        ("RETURNED", WireFailed),
    ],
)
def test_only_a_complete_wire_has_arrived(status: str, kind: type) -> None:
    assert type(wire_reported(REFERENCE, {"id": "w", "status": status})) is kind


@pytest.mark.parametrize(
    ("status", "reduced"),
    [
        ("accepted", OrderStatus.ACCEPTED),
        ("pending_new", OrderStatus.ACCEPTED),
        ("held", OrderStatus.ACCEPTED),
        ("something_new", OrderStatus.ACCEPTED),
        ("new", OrderStatus.OPEN),
        ("partially_filled", OrderStatus.OPEN),
        ("done_for_day", OrderStatus.OPEN),
        ("suspended", OrderStatus.OPEN),
        ("filled", OrderStatus.FILLED),
        ("canceled", OrderStatus.CANCELED),
        ("replaced", OrderStatus.REPLACED),
        ("rejected", OrderStatus.REJECTED),
        ("expired", OrderStatus.EXPIRED),
    ],
)
def test_an_orders_many_statuses_are_six(status: str, reduced: OrderStatus) -> None:
    assert order_reported(REFERENCE, order(status=status)).status is reduced


def test_a_fill_is_exact_whether_it_comes_as_text_or_as_a_number() -> None:
    for quantity, price in (("0.131", "190.1"), (0.131, 190.1)):
        report = order_reported(REFERENCE, order(filled_qty=quantity, filled_avg_price=price))
        assert report.filled == Money(131_000_000, Asset.share("AAPL"))
        assert report.average_price == Price.of("190.1")


def test_an_unfilled_order_has_no_average_price() -> None:
    report = order_reported(REFERENCE, order(filled_qty="0", filled_avg_price=None))
    assert not report.filled
    assert report.average_price is None


def test_a_balance_leaves_out_what_is_below_a_cent() -> None:
    assert dollars("12.349") == Money.of("12.34", USD)
    assert dollars("-0.001") == Money.of("-0.01", USD)
