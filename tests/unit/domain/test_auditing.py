"""What auditors are to know of each step; the one place that decides it is pure."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import attrs
import pytest

from domain.accounts.onboarding import OnboardingStage, ProviderAccount, ProviderAccountStatus
from domain.audit.record import AuditKind, AuditRecord, trace_of
from domain.ids import FIRM, Reference
from domain.processes.facts.effects import ProcessOpened
from domain.processes.facts.funding import WalletCreated
from domain.processes.facts.trading import CancelRequested
from domain.processes.funding import withdrawal_debit
from domain.processes.trading import order_execution
from domain.quantity import Price
from domain.services.commits.auditing import audit
from domain.trading.order import OrderType
from ports.processes import REQUEST, Step, Versioned
from ports.request_context import RequestContext
from tests.support import builders as a
from tests.support.builders import ADA, AT

ORIGIN = RequestContext(request_id="r-1", ip="203.0.113.9")
NOWHERE = RequestContext()


def records(
    step: Step, *, cause: str = REQUEST, context: RequestContext = ORIGIN
) -> list[AuditRecord]:
    return list(audit(step, cause=cause, at=AT, context=context))


def told(step: Step, **changes: Any) -> list[tuple[str, dict[str, str]]]:
    return [(record.kind.value, dict(record.detail)) for record in records(step, **changes)]


def later(record: Any, *, fact: Any = None, **changes: Any) -> Step:
    """A step of a process that exists already."""
    found = Versioned(record, 1)
    return a.next_step(found, attrs.evolve(record, **changes), fact=fact or ProcessOpened())


def test_a_deposit_is_created_once() -> None:
    opening = a.opening(a.deposit())
    assert told(opening) == [("deposit_created", {"amount": "250.000000 USDC", "chain": "polygon"})]
    assert told(later(a.deposit())) == []


def test_a_request_is_the_act_of_the_caller_and_names_its_origin() -> None:
    (record,) = records(a.opening(a.deposit()))
    assert record == AuditRecord(
        at=AT,
        kind=AuditKind.DEPOSIT_CREATED,
        subject=ADA,
        actor=ADA,
        about=a.process_id(1),
        request_id="r-1",
        ip="203.0.113.9",
        detail=record.detail,
    )


def test_what_a_provider_reports_is_the_act_of_the_firm_and_names_its_cause() -> None:
    (record,) = records(a.opening(a.deposit()), cause="message:circle:1", context=NOWHERE)
    assert (record.subject, record.actor, record.ip) == (ADA, FIRM, None)
    assert record.detail["cause"] == "message:circle:1"


def test_a_withdrawal_says_where_to_and_what_it_does_to_each_balance() -> None:
    step = a.step_of(withdrawal_debit.request(a.withdrawal()))
    requested, changed = told(step)
    assert requested == (
        "withdrawal_requested",
        {"amount": "100.00 USD", "chain": "polygon", "destination": a.SOMEWHERE},
    )
    assert changed == (
        "balance_changed",
        {
            "entry": step.entries[0].key,
            f"cash:{ADA}:USD/2": "-100.00",
            f"hold:{ADA}:USD/2:{a.process_id(1)}": "+100.00",
        },
    )


def test_an_order_says_what_was_asked_for() -> None:
    limited = attrs.evolve(
        a.sell("1.5"), type=OrderType.LIMIT, limit_price=Price(Fraction("12.50"))
    )
    placed, changed = told(a.step_of(order_execution.place(a.order(terms=limited, basket="b"))))
    assert placed == (
        "order_placed",
        {
            "symbol": "AAPL",
            "side": "sell",
            "type": "limit",
            "quantity": "1.500000000 AAPL",
            "limit_price": "12.5",
            "basket": "b",
        },
    )
    assert changed[0] == "balance_changed"
    assert told(later(a.order(), fact=CancelRequested())) == [("order_cancel_requested", {})]


def test_a_wallet_is_created_when_the_custodian_has_it() -> None:
    created = WalletCreated(
        reference=Reference("w:wallet:1"), provider_id="w-1", address=a.SOMEWHERE
    )
    assert told(a.opening(a.wallet())) == []
    assert told(later(a.wallet(), fact=created)) == [
        ("wallet_created", {"chain": "polygon", "address": a.SOMEWHERE})
    ]


@pytest.mark.parametrize(
    ("stage", "kinds"),
    [
        (OnboardingStage.SUBMITTED, []),
        (OnboardingStage.ACTION_REQUIRED, []),
        (OnboardingStage.APPROVED, ["kyc_approved"]),
        (OnboardingStage.REJECTED, ["kyc_rejected"]),
        (OnboardingStage.MANUAL_REVIEW, []),
    ],
)
def test_a_verdict_on_a_person_is_told_when_it_is_reached(
    stage: OnboardingStage, kinds: list[str]
) -> None:
    assert [kind for kind, _ in told(later(a.onboarding(), stage=stage))] == kinds
    decided = attrs.evolve(a.onboarding(), stage=stage)
    assert told(later(decided, broker=ProviderAccount(id="b-1"))) == []


def test_nothing_personal_is_told_of_an_onboarding() -> None:
    ((kind, detail),) = told(a.opening(a.onboarding()))
    assert kind == "kyc_submitted"
    assert detail == {
        "broker": ProviderAccountStatus.APPROVED.value,
        "offramp": ProviderAccountStatus.ACTION_REQUIRED.value,
    }


def test_an_entry_of_the_firm_only_is_no_change_of_an_investors_balance() -> None:
    entry = a.funding(FIRM, "1.00")
    step = attrs.evolve(later(a.deposit()), entries=(entry,))
    assert told(step) == []


def test_the_trace_of_an_address_is_always_the_same_and_not_the_address() -> None:
    assert trace_of("nobody@example.org") == trace_of("nobody@example.org")
    assert trace_of("nobody@example.org") != trace_of("somebody@example.org")
    assert "nobody" not in trace_of("nobody@example.org")
