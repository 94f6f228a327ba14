"""What administrators decide about a process in review."""

from __future__ import annotations

import attrs

from domain.ids import InvestorId, ProcessId
from domain.processes.facts.effects import DeadlinePassed
from domain.review.ruling import Action, Evidence


@attrs.frozen(kw_only=True)
class ProposalApproved:
    """A second administrator approved the proposal."""

    by: InvestorId


@attrs.frozen(kw_only=True)
class ProposalRejected:
    """An administrator, perhaps the one who made the proposal, rejected it."""

    by: InvestorId
    reason: str


@attrs.frozen(kw_only=True)
class Ruled:
    """Two administrators resolved a review; ``evidence`` is what they saw at the provider."""

    action: Action
    reason: str
    evidence: Evidence = attrs.field(factory=Evidence)
    proposal: ProcessId | None = None


ProposalFact = ProposalApproved | ProposalRejected | DeadlinePassed
