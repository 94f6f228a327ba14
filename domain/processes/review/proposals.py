"""The lifecycle of a proposal: open, then decided by another administrator, or expired."""

from __future__ import annotations

import attrs

from domain.ids import reference
from domain.processes.decision import Decision
from domain.processes.facts.effects import DeadlinePassed
from domain.processes.facts.review import ProposalApproved, ProposalFact, ProposalRejected
from domain.processes.instructions import WatchDeadline
from domain.processes.process_type import ProcessType
from domain.review.proposal import PROPOSAL_LIFETIME, Proposal, ProposalStage, SecondPersonNeeded

Stage = ProposalStage
Outcome = Decision[Proposal]


def propose(proposal: Proposal) -> Outcome:
    """Open the proposal, with a deadline."""
    watch = WatchDeadline(
        reference=reference(proposal.id, "expiry"),
        stage=Stage.OPEN.value,
        after_s=int(PROPOSAL_LIFETIME.total_seconds()),
    )
    return Decision(proposal, instructions=(watch,))


def decide(proposal: Proposal, fact: ProposalFact) -> Outcome:
    """Raises ``SecondPersonNeeded``."""
    if proposal.stage is not Stage.OPEN:
        return Decision(proposal)
    match fact:
        case ProposalApproved(by=by):
            if by == proposal.proposed_by:
                raise SecondPersonNeeded
            return Decision(attrs.evolve(proposal, stage=Stage.APPROVED, decided_by=by))
        case ProposalRejected(by=by, reason=reason):
            rejected = attrs.evolve(proposal, stage=Stage.REJECTED, decided_by=by, reason=reason)
            return Decision(rejected)
        case DeadlinePassed():
            return Decision(attrs.evolve(proposal, stage=Stage.EXPIRED))


PROCESS = ProcessType(
    record=Proposal,
    facts=ProposalFact,
    decide=decide,
    ended=frozenset({Stage.APPROVED, Stage.REJECTED, Stage.EXPIRED}),
)
