"""Records in the audit trail that someone could not prove who they are."""

from __future__ import annotations

import attrs

from domain.audit.record import ANONYMOUS, AuditKind
from domain.ids import InvestorId
from domain.services.commits.auditing import record_of
from ports.clock import Clock
from ports.processes import Processes, UnitOfWork
from ports.request_context import CurrentRequest


@attrs.frozen
class FailedAuthentications:
    """Committed before the answer, so that no failure goes unrecorded."""

    _processes: Processes
    _clock: Clock
    _current_request: CurrentRequest

    async def record(self, *, subject: InvestorId | None = None, **detail: str) -> None:
        at = self._clock.now()
        failure = record_of(
            AuditKind.FAILED_AUTHENTICATION,
            subject=subject,
            actor=ANONYMOUS,
            at=at,
            context=self._current_request.current(),
            detail=detail,
        )
        await self._processes.commit(UnitOfWork(at=at, audit=(failure,)))
