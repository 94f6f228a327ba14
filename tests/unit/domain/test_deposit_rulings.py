"""What two people may rule on a deposit in review, and what follows from it."""

from __future__ import annotations

import attrs
import pytest

from domain.funding.conversion import Payment, Settlement
from domain.funding.deposit import Deposit, DepositStage
from domain.ids import Reference, reference
from domain.ledger.templates import funding as funding_templates
from domain.processes.decision import Decision
from domain.processes.facts.review import Ruled
from domain.processes.funding.deposit_rulings import REFUNDED
from domain.processes.instructions import LookUp, LookupKind
from domain.processes.rulings import possible, questions, rule
from domain.review.given_up import GivenUp
from domain.review.ruling import Action, Evidence
from tests.support import builders as a
from tests.support.builders import ADA
from tests.unit.domain import test_deposit_steps as steps
from tests.unit.domain.test_deposit_steps import FUNDING, ID, OFFRAMP, PAYMENT, conversion, journal

Stage = DepositStage
ARRIVAL = reference(ID, "arrival")
ASKED = LookUp.into(LookupKind.CONVERSION, OFFRAMP, account_id="offramp-ada", provider_id="c-1")
SEEN = Evidence(provider_id="t-1", tx_hash="0x9", bought=a.dollars("250.00"), fee=a.dollars("2.50"))
SETTLEMENT = Settlement(
    sold=a.usdc("250"),
    bought=a.dollars("250.00"),
    fee=a.dollars("2.50"),
    tx_hash="0x9",
    provider_id="t-1",
)


def stuck(deposit: Deposit, about: Reference | None = None, *, has_failed: bool = False) -> Deposit:
    given_up = (GivenUp(reference=about, has_failed=has_failed),) if about else ()
    return steps.paused(deposit, "why", given_up=given_up)


def ruled(action: Action, evidence: Evidence = SEEN) -> Ruled:
    return Ruled(action=action, reason="seen", evidence=evidence)


NOTHING_ARRIVED = stuck(steps.DETECTED, ARRIVAL)
NOT_AGREED = stuck(steps.CONFIRMED, OFFRAMP)
NOT_PAID = stuck(steps.REQUESTED, PAYMENT)
HELD = stuck(steps.SENDING)
HELD_WHEN_PAID = stuck(steps.SENT)
NOT_FUNDED = stuck(steps.CONVERTED, FUNDING)
AGAIN = attrs.evolve(steps.CONFIRMED, attempt=2, reason="seen")

PLACES: dict[str, tuple[Deposit, list[Action], list[LookUp]]] = {
    "arrival unknown": (
        NOTHING_ARRIVED,
        [Action.DID_NOT_HAPPEN],
        [LookUp.into(LookupKind.ARRIVAL, ARRIVAL, provider_id="tx-1")],
    ),
    "conversion unknown": (
        NOT_AGREED,
        [Action.DID_NOT_HAPPEN, Action.OVERRIDE, Action.KEEP_AS_DUST],
        [LookUp.into(LookupKind.CONVERSION, OFFRAMP, account_id="offramp-ada")],
    ),
    "a later conversion failed": (
        stuck(
            attrs.evolve(steps.CONFIRMED, attempt=2), reference(ID, "offramp", 2), has_failed=True
        ),
        [Action.RETRY, Action.SETTLED, Action.OVERRIDE, Action.KEEP_AS_DUST],
        [LookUp.into(LookupKind.CONVERSION, reference(ID, "offramp", 2), account_id="offramp-ada")],
    ),
    "payment unknown": (
        NOT_PAID,
        [Action.HAPPENED, Action.DID_NOT_HAPPEN, Action.SETTLED],
        [LookUp.into(LookupKind.PAYMENT, PAYMENT), ASKED],
    ),
    "payment failed": (
        stuck(steps.REQUESTED, PAYMENT, has_failed=True),
        [Action.RETRY, Action.HAPPENED, Action.SETTLED, Action.KEEP_AS_DUST],
        [LookUp.into(LookupKind.PAYMENT, PAYMENT), ASKED],
    ),
    "held before the payment was taken": (
        stuck(steps.REQUESTED),
        [Action.HAPPENED],
        [LookUp.into(LookupKind.PAYMENT, PAYMENT), ASKED],
    ),
    "held when the payment was taken": (
        HELD,
        [Action.HAPPENED, Action.SETTLED, Action.REFUNDED],
        [LookUp.into(LookupKind.PAYMENT, PAYMENT, provider_id="p-1"), ASKED],
    ),
    "held when paid": (HELD_WHEN_PAID, [Action.SETTLED, Action.REFUNDED], [ASKED]),
    "journal unknown": (
        NOT_FUNDED,
        [Action.HAPPENED, Action.DID_NOT_HAPPEN],
        [LookUp.into(LookupKind.JOURNAL, FUNDING)],
    ),
    "journal failed": (
        stuck(
            attrs.evolve(steps.CONVERTED, stage=Stage.BROKER_FUNDING_REQUESTED),
            FUNDING,
            has_failed=True,
        ),
        [Action.RETRY, Action.HAPPENED],
        [LookUp.into(LookupKind.JOURNAL, FUNDING)],
    ),
}


@pytest.mark.parametrize(("deposit", "actions", "asked"), PLACES.values(), ids=PLACES)
def test_it_depends_on_the_place_what_can_be_ruled_and_asked(
    deposit: Deposit, actions: list[Action], asked: list[LookUp]
) -> None:
    assert possible(deposit) == actions
    assert list(questions(deposit)) == asked
    for action in set(Action) - set(actions):
        assert rule(deposit, ruled(action)) == Decision(deposit)


RULINGS: dict[str, tuple[Deposit, Action, Decision[Deposit]]] = {
    "nothing arrived": (
        NOTHING_ARRIVED,
        Action.DID_NOT_HAPPEN,
        Decision(attrs.evolve(steps.DETECTED, stage=Stage.EXPIRED, reason="seen")),
    ),
    "no conversion was agreed": (
        NOT_AGREED,
        Action.DID_NOT_HAPPEN,
        Decision(AGAIN, instructions=(conversion(2),)),
    ),
    "nothing was paid": (
        NOT_PAID,
        Action.DID_NOT_HAPPEN,
        Decision(AGAIN, instructions=(conversion(2),)),
    ),
    "it was paid": (
        NOT_PAID,
        Action.HAPPENED,
        Decision(
            attrs.evolve(
                steps.REQUESTED,
                payment=Payment(
                    reference=PAYMENT, provider_id="t-1", tx_hash="0x9", completed=True
                ),
            ),
            entries=(steps.PAYING,),
            instructions=(ASKED.renewed(),),
        ),
    ),
    "it was converted": (
        HELD_WHEN_PAID,
        Action.SETTLED,
        Decision(
            attrs.evolve(steps.CONVERTED, settlement=SETTLEMENT),
            entries=(steps.SETTLING,),
            instructions=(journal(),),
        ),
    ),
    "it was converted, though the payment is unknown": (
        NOT_PAID,
        Action.SETTLED,
        Decision(
            attrs.evolve(
                steps.CONVERTED,
                settlement=SETTLEMENT,
                payment=Payment(reference=PAYMENT, completed=True),
            ),
            entries=(steps.PAYING, steps.SETTLING),
            instructions=(journal(),),
        ),
    ),
    "an earlier conversion delivered": (
        stuck(attrs.evolve(steps.CONFIRMED, attempt=2)),
        Action.SETTLED,
        Decision(
            attrs.evolve(
                steps.CONVERTED,
                attempt=2,
                conversion=None,
                settlement=SETTLEMENT,
                payment=Payment(reference=reference(ID, "payment", 2), completed=True),
            ),
            entries=(steps.PAYING, steps.SETTLING),
            instructions=(journal(),),
        ),
    ),
    "it was sent back": (
        HELD,
        Action.REFUNDED,
        Decision(
            attrs.evolve(
                steps.SENDING,
                stage=Stage.FAILED,
                reason=REFUNDED,
                payment=steps.SENDING.payment
                and attrs.evolve(steps.SENDING.payment, completed=True),
            ),
            entries=(
                steps.PAYING,
                funding_templates.conversion_refunded(
                    f"{ID}:refunded", owner=ADA, amount=a.usdc("250")
                ),
            ),
        ),
    ),
    "it was funded": (
        NOT_FUNDED,
        Action.HAPPENED,
        Decision(steps.FUNDED, entries=(steps.CREDITING,)),
    ),
    "it was not funded": (
        NOT_FUNDED,
        Action.DID_NOT_HAPPEN,
        Decision(
            attrs.evolve(steps.CONVERTED, funding_attempt=2, reason="seen"),
            instructions=(journal(2),),
        ),
    ),
}


@pytest.mark.parametrize(("deposit", "action", "outcome"), RULINGS.values(), ids=RULINGS)
def test_a_ruling_takes_the_deposit_up_where_it_stopped(
    deposit: Deposit, action: Action, outcome: Decision[Deposit]
) -> None:
    assert rule(deposit, ruled(action)) == outcome


@pytest.mark.parametrize(
    ("deposit", "action", "evidence"),
    [
        (NOT_PAID, Action.HAPPENED, attrs.evolve(SEEN, tx_hash=None)),
        (NOT_PAID, Action.HAPPENED, attrs.evolve(SEEN, provider_id=None)),
        (NOT_FUNDED, Action.HAPPENED, attrs.evolve(SEEN, provider_id=None)),
        (HELD, Action.SETTLED, attrs.evolve(SEEN, bought=None)),
        (HELD, Action.SETTLED, attrs.evolve(SEEN, fee=None)),
        (HELD, Action.SETTLED, attrs.evolve(SEEN, fee=a.dollars("250.00"))),
    ],
)
def test_a_ruling_without_its_evidence_changes_nothing(
    deposit: Deposit, action: Action, evidence: Evidence
) -> None:
    assert rule(deposit, ruled(action, evidence)) == Decision(deposit)


def test_a_journal_of_another_attempt_is_asked_about_and_ruled_on_under_its_own_name() -> None:
    second = reference(ID, "funding", 2)
    again = stuck(attrs.evolve(steps.CONVERTED, funding_attempt=2), second)
    assert list(questions(again)) == [LookUp.into(LookupKind.JOURNAL, second)]
    assert possible(again) == [Action.HAPPENED, Action.DID_NOT_HAPPEN]
    assert rule(again, ruled(Action.HAPPENED)).record.stage is Stage.BROKER_FUNDED
