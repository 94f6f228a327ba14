"""What administrators decide on a process in review."""

from __future__ import annotations

import attrs

from domain.ids import InvestorId, ProcessId
from domain.review.ruling import Action, Evidence


@attrs.frozen(kw_only=True)
class ProposalApproved:
    """A second administrator agreed."""

    by: InvestorId


@attrs.frozen(kw_only=True)
class ProposalRejected:
    """An administrator, perhaps the one who proposed it, would not have it."""

    by: InvestorId
    reason: str


@attrs.frozen(kw_only=True)
class Ruled:
    """Two administrators ruled on a process in review; ``evidence`` is what they saw at the provider."""

    action: Action
    reason: str
    evidence: Evidence = attrs.field(factory=Evidence)
    proposal: ProcessId | None = None
