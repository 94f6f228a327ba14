"""A password reset: requested, and completed with the token of an e-mail."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum

import attrs

from domain.ids import InvestorId, ProcessId

PASSWORD_RESET_LIFETIME = timedelta(minutes=30)


class PasswordResetStage(Enum):
    PENDING = "pending"
    USED = "used"
    EXPIRED = "expired"


@attrs.frozen(kw_only=True)
class PasswordReset:
    """
    The reset of a forgotten password.

    It is valid only in the investor's ``epoch`` at the request, so a completed reset, or any other new
    password, invalidates the others. When no account has the address, the owner is not an investor.
    """

    id: ProcessId
    investor_id: InvestorId
    epoch: int
    created_at: datetime
    stage: PasswordResetStage = PasswordResetStage.PENDING

    def is_good(self, *, at: datetime) -> bool:
        """Whether the reset can still be completed."""
        return (
            self.stage is PasswordResetStage.PENDING
            and at < self.created_at + PASSWORD_RESET_LIFETIME
        )
