"""Jobs in memory."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from adapters.memory.database import InMemoryDatabase
from adapters.memory.support.rows import StoredJob
from ports.jobs import BACKLOG_MAX, ROOM_FOR_ALL, Job, JobQueue, Jobs, Lane, ParkedJob, lane_of
from ports.processes import Claim, LeaseLost

REASON_LENGTH_MAX = 500


class InMemoryJobs(Jobs):
    """As strict as the one in PostgreSQL."""

    def __init__(self, database: InMemoryDatabase) -> None:
        self._database = database

    async def claim(
        self, *, limit: int, lease_s: float, rooms: Mapping[Lane, int] = ROOM_FOR_ALL
    ) -> Sequence[Job]:
        await asyncio.sleep(0)  # as with a real store, another claimer may come first
        claimed = self._in_turn(rooms)[:limit]
        for job in claimed:
            job.attempts += 1
            job.tries += 1
            job.due_at = self._database.now() + timedelta(seconds=lease_s)
        now = self._database.now()
        return [_job(job, now) for job in sorted(claimed, key=lambda job: job.created_at)]

    async def mark_sent(self, claim: Claim) -> bool:
        is_held = self._is_held(claim)
        if is_held:
            self._database.jobs[claim.id].sent_at = self._database.now()
        return is_held

    async def unmark_sent(self, claim: Claim, *, sent_at: datetime | None) -> None:
        if self._is_held(claim):
            self._database.jobs[claim.id].sent_at = sent_at

    async def postpone(
        self, claim: Claim, *, wait_s: float, reason: str, has_progressed: bool = False
    ) -> None:
        job = self._ending(claim, reason)
        if job.done_at is None:
            job.due_at = self._database.now() + timedelta(seconds=wait_s)
            job.tries = 0 if has_progressed else job.tries

    async def park(self, claim: Claim, *, reason: str) -> None:
        job = self._ending(claim, reason)
        if job.done_at is None:
            job.parked_at = self._database.now()

    async def parked(self, *, limit: int) -> Sequence[ParkedJob]:
        found = sorted(self._parked(), key=lambda job: (job.parked_at, job.id))
        return [_parked_job(job) for job in found[:limit]]

    async def backlog(self) -> JobQueue:
        return self._queue([job.due_at for job in self._due()])

    async def parked_backlog(self) -> JobQueue:
        return self._queue([job.parked_at for job in self._parked() if job.parked_at])

    def _in_turn(self, rooms: Mapping[Lane, int]) -> Sequence[StoredJob]:
        """What each lane has room for; within a lane each investor one before any gets a second."""
        turns: Counter[tuple[Lane, str | None]] = Counter()
        in_lanes: dict[Lane, list[tuple[int, StoredJob]]] = {}
        for job in sorted(self._due(), key=lambda job: job.due_at):
            lane = lane_of(job.work)
            turns[lane, self._owner(job)] += 1
            in_lanes.setdefault(lane, []).append((turns[lane, self._owner(job)], job))
        taken = [
            each
            for lane, jobs in in_lanes.items()
            for each in sorted(jobs, key=_by_turn)[: rooms.get(lane)]
        ]
        return [job for _, job in sorted(taken, key=_by_turn)]

    def _owner(self, job: StoredJob) -> str | None:
        found = self._database.processes.get(job.process_id) if job.process_id else None
        return found.record.investor_id if found else None

    def _is_held(self, claim: Claim) -> bool:
        job = self._database.jobs.get(claim.id)
        if job is None or job not in self._unfinished() or job.attempts != claim.attempt:
            return False
        return job.due_at > self._database.now()

    def _ending(self, claim: Claim, reason: str) -> StoredJob:
        """Raises ``LeaseLost``."""
        job = self._database.jobs.get(claim.id)
        if job is None or job.attempts != claim.attempt:
            raise LeaseLost(f"attempt {claim.attempt} of {claim.id}")
        if job.done_at is None:
            job.last_error = reason.replace("\x00", "")[:REASON_LENGTH_MAX]
        return job

    def _queue(self, since: Sequence[datetime]) -> JobQueue:
        now = self._database.now()
        oldest_s = (now - min(since, default=now)).total_seconds()
        return JobQueue(count=min(len(since), BACKLOG_MAX), oldest_s=oldest_s)

    def _parked(self) -> Sequence[StoredJob]:
        jobs = self._database.jobs.values()
        return [job for job in jobs if job.done_at is None and job.parked_at is not None]

    def _due(self) -> Sequence[StoredJob]:
        now = self._database.now()
        return [job for job in self._unfinished() if job.due_at <= now]

    def _unfinished(self) -> Sequence[StoredJob]:
        jobs = self._database.jobs.values()
        return [job for job in jobs if job.done_at is None and job.parked_at is None]


def _by_turn(placed: tuple[int, StoredJob]) -> tuple[int, datetime]:
    turn, job = placed
    return turn, job.due_at


def _parked_job(stored: StoredJob) -> ParkedJob:
    if stored.parked_at is None:
        raise AssertionError("only parked jobs are told")
    return ParkedJob(
        id=stored.id,
        kind=stored.kind,
        process_id=stored.process_id,
        attempts=stored.attempts,
        created_at=stored.created_at,
        parked_at=stored.parked_at,
        reason=stored.last_error or "",
    )


def _job(stored: StoredJob, now: datetime) -> Job:
    sent_at = stored.sent_at
    return Job(
        sent_at=sent_at,
        sent_s=None if sent_at is None else (now - sent_at).total_seconds(),
        id=stored.id,
        work=stored.work,
        attempts=stored.attempts,
        tries=stored.tries,
        created_at=stored.created_at,
    )
