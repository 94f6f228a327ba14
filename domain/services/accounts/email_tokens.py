"""Whether somebody has read a letter: the token in it, and what is told of one that is no good."""

from __future__ import annotations

from typing import TypeVar

import attrs

from domain.accounts.letters import InvalidLetterToken, Letter
from domain.accounts.recovery import Recovery
from domain.accounts.registration import Registration
from domain.audit.record import ANONYMOUS, AuditKind
from domain.processes.decision import Record
from domain.services.commits.auditing import record_of
from ports.clock import Clock
from ports.letters import LetterTokens
from ports.origins import Origins
from ports.processes import Processes, Unit, Versioned, of_kind

Provable = TypeVar("Provable", Registration, Recovery)


@attrs.frozen
class ProofService:
    _tokens: LetterTokens
    _processes: Processes
    _clock: Clock
    _origins: Origins

    async def require(
        self, letter: Letter, token: str, *, of: type[Provable]
    ) -> Versioned[Provable]:
        """The process that waits for this token. Raises ``InvalidLetterToken``."""
        found = of_kind(await self._found(letter, token), of)
        if found is None or not found.record.is_good(at=self._clock.now()):
            raise await self.refused(letter)
        return found

    async def refused(self, letter: Letter) -> InvalidLetterToken:
        """The one answer, whatever is wrong with a token; there is none without a record of it."""
        at = self._clock.now()
        record = record_of(
            AuditKind.FAILED_AUTHENTICATION,
            subject=None,
            actor=ANONYMOUS,
            at=at,
            origin=self._origins.current(),
            detail={"letter": letter.value},
        )
        await self._processes.commit(Unit(at=at, audit=(record,)))
        return InvalidLetterToken(field="token")

    async def _found(self, letter: Letter, token: str) -> Versioned[Record] | None:
        try:
            process_id = self._tokens.read(letter, token)
        except InvalidLetterToken:
            return None
        return await self._processes.get(process_id)
