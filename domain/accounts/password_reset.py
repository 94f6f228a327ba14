"""Somebody who cannot log in any more, and has yet to show that the account's address is theirs."""

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
    A forgotten password on its way to a new one.

    It is good for the investor as they were in ``epoch``: one recovery that is used, or any other new
    password, makes the others worthless. Where nobody has the address that was given, it is nobody's.
    """

    id: ProcessId
    investor_id: InvestorId
    epoch: int
    created_at: datetime
    stage: PasswordResetStage = PasswordResetStage.PENDING

    def is_good(self, *, at: datetime) -> bool:
        """Whether it can still be used."""
        return (
            self.stage is PasswordResetStage.PENDING
            and at < self.created_at + PASSWORD_RESET_LIFETIME
        )
