"""Somebody who wants an account, and has yet to show that the address is theirs."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum

import attrs

from domain.hashing import token_digest
from domain.ids import InvestorId, ProcessId

REGISTRATION_LIFETIME = timedelta(hours=24)
LETTERS_MAX = 5
"""How often one registration's letter is sent."""


class RegistrationStage(Enum):
    """Superseded: the address became somebody else's, who was quicker to show that it is theirs."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"


@attrs.frozen(kw_only=True)
class Registration:
    """
    What becomes an investor once the token of its letter is shown.

    Of one address there may be many: none of them blocks another, and the first that is confirmed decides
    whose password counts. ``letters`` counts those that were asked for.
    """

    id: ProcessId
    email: str
    password_hash: str = attrs.field(repr=False)
    created_at: datetime
    letters: int = 1
    stage: RegistrationStage = RegistrationStage.PENDING

    @property
    def investor_id(self) -> InvestorId:
        return claimant(self.email)

    def is_good(self, *, at: datetime) -> bool:
        """Whether it can still be confirmed."""
        is_early = at < self.created_at + REGISTRATION_LIFETIME
        return self.stage is RegistrationStage.PENDING and is_early


def claimant(email: str) -> InvestorId:
    """The owner of all registrations of one (normalized) address; nobody who could log in has this id."""
    return InvestorId(f"address:{token_digest(email)}")
