"""Parked jobs: seen by staff, and resumed by them once the cause is gone."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from domain.accounts.roles import Caller
from domain.audit.record import StaffAct
from domain.ids import InvestorId, JobId, ProcessId, Reference, born_at, process_of
from domain.services.administration.staff import CLI
from domain.services.commits.processes import ProcessService
from ports.jobs import JobQueue, Jobs, ParkedJob
from ports.processes import Processes

LISTED_MAX = 100


@attrs.frozen
class ParkedJobService:
    _jobs: Jobs
    _processes: Processes
    _commits: ProcessService

    async def count(self) -> JobQueue:
        return await self._jobs.parked_backlog()

    async def list(self) -> Sequence[ParkedJob]:
        """The ``LISTED_MAX`` that have been parked longest."""
        return await self._jobs.parked(limit=LISTED_MAX)

    async def resume(self, job_id: JobId, *, by: Caller, reason: str) -> None:
        """
        Have the job tried again at once, as often as a new one.

        Raises ``JobNotParked`` or ``AccountNotActive``.
        """
        act = await self._act(job_id, actor=by.investor_id, reason=reason)
        await self._commits.commit_together(acting=(by.investor_id,), act=act, resumed=job_id)

    async def resume_from_terminal(self, job_id: JobId, *, reason: str) -> None:
        """Like ``resume``, for an operator with a terminal on the server. Raises ``JobNotParked``."""
        act = await self._act(job_id, actor=CLI, reason=reason)
        await self._commits.commit_together(act=act, resumed=job_id)

    async def _act(self, job_id: JobId, *, actor: str, reason: str) -> StaffAct:
        """The act names the process of the job and its owner; a message has neither."""
        about = process_of(Reference(job_id))
        is_ours = born_at(about) is not None
        return StaffAct(
            actor=actor,
            action="resume",
            reason=reason,
            subject=await self._owner(about) if is_ours else None,
            about=about if is_ours else None,
            detail={"job": job_id},
        )

    async def _owner(self, process_id: ProcessId) -> InvestorId | None:
        found = await self._processes.get(process_id)
        return found.record.investor_id if found else None
