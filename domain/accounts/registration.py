"""A registration: a request for an account whose e-mail address is not confirmed yet."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum

import attrs

from domain.hashing import token_digest
from domain.ids import InvestorId, ProcessId

REGISTRATION_LIFETIME = timedelta(hours=24)
EMAILS_MAX = 5
"""How many times the e-mail of one registration is sent."""


class RegistrationStage(Enum):
    """``SUPERSEDED``: another registration of the same address was confirmed first."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"


@attrs.frozen(kw_only=True)
class Registration:
    """
    Becomes an investor when the token of its e-mail is presented.

    One address may have many registrations. None blocks another, and the password of the first that is
    confirmed is used. ``letters`` counts the requested e-mails.
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
        """Whether the registration can still be confirmed."""
        is_early = at < self.created_at + REGISTRATION_LIFETIME
        return self.stage is RegistrationStage.PENDING and is_early


def claimant(email: str) -> InvestorId:
    """The owner of all registrations of one (normalized) address; no investor has this id."""
    return InvestorId(f"address:{token_digest(email)}")
