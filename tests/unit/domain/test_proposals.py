"""A proposal's way, what a ruling must show, and what is known of an effect that was given up."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from domain.ids import Reference, reference
from domain.ledger.templates.healing import Healing
from domain.processes.facts.effects import DeadlinePassed
from domain.processes.facts.review import ProposalApproved, ProposalFact, ProposalRejected
from domain.processes.instructions import WatchDeadline
from domain.processes.review import proposals
from domain.processes.terminal import is_terminal
from domain.review.given_up import GivenUp, has_failed, is_given_up, noted
from domain.review.proposal import Proposal, ProposalClosed, ProposalStage, SecondPersonNeeded
from domain.review.ruling import Action, Evidence, EvidenceNeeded, Ruling
from tests.support import builders as a
from tests.support.builders import ADA, AT, EVE

PROPOSAL = a.proposal()
DAY = timedelta(hours=24)
ENDS: list[tuple[ProposalFact, Proposal]] = [
    (
        ProposalApproved(by=ADA),
        attrs.evolve(PROPOSAL, stage=ProposalStage.APPROVED, decided_by=ADA),
    ),
    (
        ProposalRejected(by=EVE, reason="not so"),
        attrs.evolve(PROPOSAL, stage=ProposalStage.REJECTED, decided_by=EVE, reason="not so"),
    ),
    (
        DeadlinePassed(stage="open"),
        attrs.evolve(PROPOSAL, stage=ProposalStage.EXPIRED),
    ),
]


def test_a_proposal_is_watched_for_a_day() -> None:
    [watch] = proposals.propose(PROPOSAL).instructions
    assert watch == WatchDeadline(
        reference=reference(PROPOSAL.id, "expiry"), stage="open", after_s=24 * 3600
    )


@pytest.mark.parametrize(("fact", "ended"), ENDS)
def test_a_proposal_is_decided_once(fact: ProposalFact, ended: Proposal) -> None:
    assert proposals.decide(PROPOSAL, fact).record == ended
    assert (is_terminal(PROPOSAL), is_terminal(ended)) == (False, True)
    for later, _ in ENDS:
        assert proposals.decide(ended, later).record == ended


def test_nobody_approves_a_proposal_of_their_own() -> None:
    with pytest.raises(SecondPersonNeeded):
        proposals.decide(PROPOSAL, ProposalApproved(by=EVE))


def test_a_proposal_can_be_decided_on_until_its_day_is_over() -> None:
    assert PROPOSAL.expires_at == AT + DAY
    PROPOSAL.require_open(at=AT + DAY - timedelta(microseconds=1))
    with pytest.raises(ProposalClosed):
        PROPOSAL.require_open(at=AT + DAY)
    for _, ended in ENDS:
        with pytest.raises(ProposalClosed):
            ended.require_open(at=AT)


COMPLETE = Evidence(
    provider_id="p-1",
    bought=a.dollars("2"),
    fee=a.dollars("1"),
    filled=a.dollars("2"),
    cost=a.dollars("1"),
    payout_address=a.process_id(9),
    healing=Healing.SUSPENSE,
)
NEEDED = {
    Action.HAPPENED: ["provider_id"],
    Action.SETTLED: ["bought", "fee"],
    Action.CORRECT: ["filled", "cost"],
    Action.PAY_ANOTHER: ["payout_address"],
    Action.HEAL: ["healing"],
}


@pytest.mark.parametrize("action", list(Action))
def test_a_ruling_names_the_evidence_that_is_missing(action: Action) -> None:
    Ruling(action=action, reason="seen", evidence=COMPLETE).require_evidence()
    for name in NEEDED.get(action, []):
        ruling = Ruling(
            action=action, reason="seen", evidence=attrs.evolve(COMPLETE, **{name: None})
        )
        with pytest.raises(EvidenceNeeded) as refused:
            ruling.require_evidence()
        assert refused.value.field == name
    if action not in NEEDED:
        Ruling(action=action, reason="seen").require_evidence()


ONE, OTHER = Reference("1"), Reference("2")
DOUBT, CERTAIN = (GivenUp(reference=ONE, has_failed=failed) for failed in (False, True))


def test_certainty_replaces_a_doubt_and_a_doubt_never_replaces_certainty() -> None:
    others = (GivenUp(reference=OTHER, has_failed=False),)
    assert noted((), ONE, has_failed=False) == (DOUBT,)
    assert noted((DOUBT, *others), ONE, has_failed=True) == (*others, CERTAIN)
    assert noted((CERTAIN,), ONE, has_failed=False) == (CERTAIN,)
    assert noted((DOUBT,), ONE, has_failed=False) == (DOUBT,)
    assert noted((CERTAIN,), ONE, has_failed=True) == (CERTAIN,)
    assert noted(others, ONE, has_failed=True) == (*others, CERTAIN)
    assert noted(others, None, has_failed=True) == others


def test_what_is_given_up_has_failed_only_where_that_is_certain() -> None:
    assert is_given_up((DOUBT,), ONE)
    assert not is_given_up((DOUBT,), OTHER)
    assert has_failed((CERTAIN,), ONE)
    assert not has_failed((DOUBT,), ONE)
    assert not has_failed((CERTAIN,), OTHER)
