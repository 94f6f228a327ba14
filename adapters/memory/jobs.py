"""Jobs in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from adapters.memory.database import InMemoryDatabase
from adapters.memory.support.rows import StoredJob
from domain.ids import JobId
from ports.jobs import BACKLOG_MAX, Job, Jobs

REASON_LENGTH_MAX = 500


class InMemoryJobs(Jobs):
    """As strict as the one in PostgreSQL."""

    def __init__(self, database: InMemoryDatabase) -> None:
        self._database = database

    async def claim(self, *, limit: int, lease_s: float, at: datetime) -> Sequence[Job]:
        await asyncio.sleep(0)  # as with a real store, another claimer may come first
        claimed = sorted(self._due(at), key=lambda job: job.due_at)[:limit]
        for job in claimed:
            job.attempts += 1
            job.due_at = at + timedelta(seconds=lease_s)
        return [_job(job) for job in sorted(claimed, key=lambda job: job.created_at)]

    async def postpone(self, job_id: JobId, *, until: datetime, reason: str) -> None:
        job = self._database.jobs.get(job_id)
        if job is not None and job.done_at is None:
            job.due_at, job.last_error = until, reason[:REASON_LENGTH_MAX]

    async def next_due(self) -> datetime | None:
        return min((job.due_at for job in self._unfinished()), default=None)

    async def backlog(self, *, at: datetime) -> int:
        return min(len(self._due(at)), BACKLOG_MAX)

    def _due(self, at: datetime) -> Sequence[StoredJob]:
        return [job for job in self._unfinished() if job.due_at <= at]

    def _unfinished(self) -> Sequence[StoredJob]:
        return [job for job in self._database.jobs.values() if job.done_at is None]


def _job(stored: StoredJob) -> Job:
    return Job(
        id=stored.id,
        work=stored.work,
        attempts=stored.attempts,
        created_at=stored.created_at,
    )
