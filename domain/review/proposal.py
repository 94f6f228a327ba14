"""A proposal: a resolution that one administrator proposes and another approves or rejects."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum

import attrs

from domain.errors import DomainError, Kind
from domain.ids import InvestorId, ProcessId
from domain.review.ruling import Ruling

PROPOSAL_LIFETIME = timedelta(hours=24)


class ProposalNotFound(DomainError):
    """There is no such proposal for this process."""

    code = "ERR_5604"
    slug = "proposal-not-found"
    kind = Kind.NOT_FOUND


class ProposalClosed(DomainError):
    """The proposal was already decided or has expired."""

    code = "ERR_5605"
    slug = "proposal-closed"
    kind = Kind.CONFLICT


class ProposalStale(DomainError):
    """The process has changed since the proposal was made. Review it and propose again."""

    code = "ERR_5606"
    slug = "proposal-stale"
    kind = Kind.CONFLICT


class SecondPersonNeeded(DomainError):
    """A proposal must be approved by an administrator who is independent of the one who made it."""

    code = "ERR_5607"
    slug = "second-person-needed"
    kind = Kind.FORBIDDEN


class ProposalStage(Enum):
    OPEN = "open"
    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"


@attrs.frozen(kw_only=True)
class Proposal:
    """
    One proposal. It applies only to ``version`` of the process ``about``.

    ``investor_id`` is the owner of the process.
    """

    id: ProcessId
    investor_id: InvestorId
    about: ProcessId
    version: int
    ruling: Ruling
    proposed_by: InvestorId
    created_at: datetime
    stage: ProposalStage = ProposalStage.OPEN
    decided_by: InvestorId | None = None
    reason: str | None = None

    @property
    def expires_at(self) -> datetime:
        return self.created_at + PROPOSAL_LIFETIME

    def require_open(self, *, at: datetime) -> None:
        """Raises ``ProposalClosed``."""
        if self.stage is not ProposalStage.OPEN or at >= self.expires_at:
            raise ProposalClosed
