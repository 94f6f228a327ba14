"""What two people may rule on a withdrawal in review, and what follows from it."""

from __future__ import annotations

import attrs
import pytest

from domain.funding.conversion import Payment, Settlement
from domain.funding.withdrawal import Withdrawal, WithdrawalStage
from domain.ids import LookupKey, Reference, reference
from domain.ledger.templates import funding as funding_templates
from domain.processes.decision import Decision
from domain.processes.facts.review import Ruled
from domain.processes.instructions import LookUp, LookupKind
from domain.processes.rulings import possible, questions, rule
from domain.review.given_up import GivenUp
from domain.review.ruling import Action, Evidence
from tests.support import builders as a
from tests.support.builders import ADA
from tests.unit.domain import test_withdrawal_steps as steps
from tests.unit.domain.test_withdrawal_steps import (
    DEBIT,
    ID,
    ONRAMP,
    PAYOUT,
    REFUND,
    WIRE,
    payout,
    refund,
)

Stage = WithdrawalStage
ASKED = LookUp.into(LookupKind.CONVERSION, ONRAMP, account_id="offramp-ada", provider_id="c-1")
SEEN = Evidence(provider_id="t-1", tx_hash="0x9", bought=a.usdc("100"), fee=a.usdc("0.5"))
SETTLEMENT = Settlement(
    sold=a.dollars("100.00"),
    bought=a.usdc("100"),
    fee=a.usdc("0.5"),
    tx_hash="0x9",
    provider_id="t-1",
)


def stuck(
    withdrawal: Withdrawal, about: Reference | None = None, *, has_failed: bool = False
) -> Withdrawal:
    given_up = (GivenUp(reference=about, has_failed=has_failed),) if about else ()
    return steps.paused(withdrawal, "why", given_up=given_up)


def ruled(action: Action, evidence: Evidence = SEEN) -> Ruled:
    return Ruled(action=action, reason="seen", evidence=evidence)


COMPENSATING = attrs.evolve(steps.COMPENSATING, reason=None)
NOT_DEBITED = stuck(steps.RESERVED, DEBIT)
NOT_AGREED = stuck(steps.DEBITED, ONRAMP)
NOT_WIRED = stuck(steps.AGREED, WIRE)
HELD = stuck(steps.WIRING)
HELD_WHEN_WIRED = stuck(steps.WIRED)
NOT_SENT = stuck(steps.SENT, PAYOUT)
NOT_REFUNDED = stuck(COMPENSATING, REFUND)

PLACES: dict[str, tuple[Withdrawal, list[Action], list[LookUp]]] = {
    "debit unknown": (
        NOT_DEBITED,
        [Action.HAPPENED, Action.DID_NOT_HAPPEN],
        [LookUp.into(LookupKind.JOURNAL, DEBIT)],
    ),
    "accepted debit unknown": (
        stuck(steps.DEBITING, DEBIT),
        [Action.HAPPENED, Action.DID_NOT_HAPPEN],
        [LookUp.into(LookupKind.JOURNAL, DEBIT)],
    ),
    "conversion unknown": (
        NOT_AGREED,
        [Action.COMPENSATE],
        [LookUp.into(LookupKind.CONVERSION, ONRAMP, account_id="offramp-ada")],
    ),
    "wire unknown": (
        NOT_WIRED,
        [Action.HAPPENED, Action.SETTLED, Action.COMPENSATE],
        [ASKED],
    ),
    "held before the wire was taken": (stuck(steps.AGREED), [Action.HAPPENED], [ASKED]),
    "held when the wire was taken": (
        HELD,
        [Action.HAPPENED, Action.SETTLED, Action.COMPENSATE],
        [LookUp.into(LookupKind.WIRE, WIRE, provider_id="w-1"), ASKED],
    ),
    "held when wired": (HELD_WHEN_WIRED, [Action.SETTLED, Action.COMPENSATE], [ASKED]),
    "payout unknown": (
        NOT_SENT,
        [Action.HAPPENED, Action.DID_NOT_HAPPEN],
        [LookUp.into(LookupKind.PAYMENT, PAYOUT, provider_id="p-1")],
    ),
    "payout failed": (
        stuck(steps.BOUGHT, PAYOUT, has_failed=True),
        [Action.RETRY, Action.HAPPENED, Action.PAY_ANOTHER, Action.GIVE_BACK],
        [LookUp.into(LookupKind.PAYMENT, PAYOUT)],
    ),
    "refund unknown": (
        NOT_REFUNDED,
        [Action.HAPPENED, Action.DID_NOT_HAPPEN],
        [LookUp.into(LookupKind.JOURNAL, REFUND)],
    ),
    "refund failed": (
        stuck(attrs.evolve(COMPENSATING, refund_id="j-2"), REFUND, has_failed=True),
        [Action.RETRY, Action.HAPPENED],
        [LookUp.into(LookupKind.JOURNAL, REFUND, provider_id="j-2")],
    ),
}


@pytest.mark.parametrize(("withdrawal", "actions", "asked"), PLACES.values(), ids=PLACES)
def test_it_depends_on_the_place_what_can_be_ruled_and_asked(
    withdrawal: Withdrawal, actions: list[Action], asked: list[LookUp]
) -> None:
    assert possible(withdrawal) == actions
    assert list(questions(withdrawal)) == asked
    for action in set(Action) - set(actions):
        assert rule(withdrawal, ruled(action)) == Decision(withdrawal)


COMPENSATED = Decision(
    attrs.evolve(steps.DEBITED, stage=Stage.COMPENSATING, reason="seen"), instructions=refund()
)
RULINGS: dict[str, tuple[Withdrawal, Action, Decision[Withdrawal]]] = {
    "it was debited": (
        NOT_DEBITED,
        Action.HAPPENED,
        Decision(steps.DEBITED, entries=(steps.DEBITING_BROKER,), instructions=(steps.BUY_USDC,)),
    ),
    "it was not debited": (
        NOT_DEBITED,
        Action.DID_NOT_HAPPEN,
        Decision(
            attrs.evolve(steps.RESERVED, stage=Stage.FAILED, reason="seen"),
            entries=(steps.RELEASING,),
        ),
    ),
    "no conversion was agreed": (NOT_AGREED, Action.COMPENSATE, COMPENSATED),
    "it was wired": (
        NOT_WIRED,
        Action.HAPPENED,
        Decision(
            attrs.evolve(steps.WIRED, wire_id="t-1"),
            entries=(steps.WIRING_OUT,),
            instructions=(ASKED.renewed(),),
        ),
    ),
    "the wire came back": (
        HELD_WHEN_WIRED,
        Action.COMPENSATE,
        Decision(
            attrs.evolve(steps.WIRING, stage=Stage.COMPENSATING, reason="seen"),
            entries=(
                funding_templates.wire_returned(f"{ID}:wire-returned", amount=a.dollars("100.00")),
            ),
            instructions=refund(),
        ),
    ),
    "USDC was bought": (
        HELD_WHEN_WIRED,
        Action.SETTLED,
        Decision(
            attrs.evolve(steps.BOUGHT, settlement=SETTLEMENT),
            entries=(steps.CONVERTING,),
            instructions=(payout(),),
        ),
    ),
    "it was sent": (
        NOT_SENT,
        Action.HAPPENED,
        Decision(
            attrs.evolve(
                steps.COMPLETED,
                payment=Payment(reference=PAYOUT, provider_id="t-1", tx_hash="0x9", completed=True),
            ),
            entries=(
                funding_templates.paid_out(f"{ID}:paid-out", owner=ADA, amount=a.usdc("99.5")),
            ),
            names=(LookupKey("chain.transaction.0x9", ID),),
        ),
    ),
    "it was not sent": (NOT_SENT, Action.DID_NOT_HAPPEN, steps.again(steps.SENT, "seen")),
    "it was refunded": (
        NOT_REFUNDED,
        Action.HAPPENED,
        Decision(
            attrs.evolve(COMPENSATING, stage=Stage.COMPENSATED),
            entries=(
                funding_templates.withdrawal_refunded(
                    f"{ID}:refunded", owner=ADA, amount=a.dollars("100.00")
                ),
            ),
        ),
    ),
    "it was not refunded": (
        NOT_REFUNDED,
        Action.DID_NOT_HAPPEN,
        Decision(attrs.evolve(COMPENSATING, refund_attempt=2), instructions=refund(2)),
    ),
}


@pytest.mark.parametrize(("withdrawal", "action", "outcome"), RULINGS.values(), ids=RULINGS)
def test_a_ruling_takes_the_withdrawal_up_where_it_stopped(
    withdrawal: Withdrawal, action: Action, outcome: Decision[Withdrawal]
) -> None:
    assert rule(withdrawal, ruled(action)) == outcome


@pytest.mark.parametrize(
    ("withdrawal", "action", "evidence"),
    [
        (NOT_DEBITED, Action.HAPPENED, attrs.evolve(SEEN, provider_id=None)),
        (NOT_SENT, Action.HAPPENED, attrs.evolve(SEEN, tx_hash=None)),
        (HELD, Action.SETTLED, attrs.evolve(SEEN, bought=None)),
        (HELD, Action.SETTLED, attrs.evolve(SEEN, fee=None)),
        (HELD, Action.SETTLED, attrs.evolve(SEEN, fee=a.usdc("100"))),
    ],
)
def test_a_ruling_without_its_evidence_changes_nothing(
    withdrawal: Withdrawal, action: Action, evidence: Evidence
) -> None:
    assert rule(withdrawal, ruled(action, evidence)) == Decision(withdrawal)


def test_a_payment_of_another_attempt_is_asked_about_under_its_own_name() -> None:
    second = Payment(reference=reference(ID, "payout", 2))
    again = stuck(attrs.evolve(steps.BOUGHT, payout_attempt=2, payment=second))
    assert list(questions(again)) == [LookUp.into(LookupKind.PAYMENT, second.reference)]
