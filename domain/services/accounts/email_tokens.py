"""Checks the tokens of e-mails, and audits invalid ones."""

from __future__ import annotations

from typing import TypeVar

import attrs

from domain.accounts.emails import EmailPurpose, InvalidEmailToken
from domain.accounts.password_reset import PasswordReset
from domain.accounts.registration import Registration
from domain.processes.decision import Process
from domain.services.accounts.failed_authentications import FailedAuthentications
from ports.clock import Clock
from ports.email_tokens import EmailTokens
from ports.processes import Processes, Versioned, of_kind

Provable = TypeVar("Provable", Registration, PasswordReset)


@attrs.frozen
class EmailTokenService:
    _tokens: EmailTokens
    _processes: Processes
    _clock: Clock
    _failures: FailedAuthentications

    async def require(
        self, purpose: EmailPurpose, token: str, *, of: type[Provable]
    ) -> Versioned[Provable]:
        """The process that waits for this token. Raises ``InvalidEmailToken``."""
        found = of_kind(await self._found(purpose, token), of)
        if found is None or not found.record.is_good(at=self._clock.now()):
            raise await self.refused(purpose)
        return found

    async def refused(self, purpose: EmailPurpose) -> InvalidEmailToken:
        """The same error for every invalid token, after it is recorded in the audit trail."""
        await self._failures.record(letter=purpose.value)
        return InvalidEmailToken(field="token")

    async def _found(self, purpose: EmailPurpose, token: str) -> Versioned[Process] | None:
        try:
            process_id = self._tokens.read(purpose, token)
        except InvalidEmailToken:
            return None
        return await self._processes.get(process_id)
