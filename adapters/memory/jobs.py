"""Jobs in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from adapters.memory.database import InMemoryDatabase
from adapters.memory.support.rows import StoredJob
from ports.jobs import BACKLOG_MAX, DueJobs, Job, Jobs
from ports.processes import Claim, LeaseLost

REASON_LENGTH_MAX = 500


class InMemoryJobs(Jobs):
    """As strict as the one in PostgreSQL."""

    def __init__(self, database: InMemoryDatabase) -> None:
        self._database = database

    async def claim(self, *, limit: int, lease_s: float) -> Sequence[Job]:
        await asyncio.sleep(0)  # as with a real store, another claimer may come first
        claimed = sorted(self._due(), key=lambda job: job.due_at)[:limit]
        for job in claimed:
            job.attempts += 1
            job.due_at = self._database.now() + timedelta(seconds=lease_s)
        return [_job(job) for job in sorted(claimed, key=lambda job: job.created_at)]

    async def holds(self, claim: Claim, *, for_s: float = 0.0) -> bool:
        job = self._database.jobs.get(claim.id)
        if job is None or job.attempts != claim.attempt or job.done_at is not None:
            return False
        return job.due_at > self._database.now() + timedelta(seconds=for_s)

    async def postpone(self, claim: Claim, *, wait_s: float, reason: str) -> None:
        job = self._database.jobs.get(claim.id)
        if job is None or job.attempts != claim.attempt:
            raise LeaseLost(f"attempt {claim.attempt} of {claim.id}")
        if job.done_at is None:
            job.due_at = self._database.now() + timedelta(seconds=wait_s)
            job.last_error = reason.replace("\x00", "")[:REASON_LENGTH_MAX]

    async def backlog(self) -> DueJobs:
        due, now = self._due(), self._database.now()
        oldest = min((job.due_at for job in due), default=now)
        count = min(len(due), BACKLOG_MAX)
        return DueJobs(count=count, oldest_s=(now - oldest).total_seconds())

    def _due(self) -> Sequence[StoredJob]:
        now = self._database.now()
        return [job for job in self._unfinished() if job.due_at <= now]

    def _unfinished(self) -> Sequence[StoredJob]:
        return [job for job in self._database.jobs.values() if job.done_at is None]


def _job(stored: StoredJob) -> Job:
    return Job(
        id=stored.id,
        work=stored.work,
        attempts=stored.attempts,
        created_at=stored.created_at,
    )
