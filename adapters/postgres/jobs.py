"""Jobs in PostgreSQL, claimed in batches with SKIP LOCKED."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import asyncpg
import orjson

from adapters.documents import to_instruction
from adapters.postgres.pool import Pool
from adapters.postgres.queries import QUERIES
from adapters.postgres.units import job_of_message
from adapters.telemetry.use_cases import TracedJob
from domain.ids import JobId, ProcessId
from domain.processes.instructions import Instruction
from ports.jobs import (
    BACKLOG_MAX,
    MESSAGE,
    ROOM_FOR_ALL,
    Job,
    JobQueue,
    Jobs,
    Lane,
    ParkedJob,
    Unreadable,
    Work,
)
from ports.processes import Claim, LeaseLost, Message

REASON_LENGTH_MAX = 500
WINDOW = 500
"""How many of the oldest and of the newest due jobs a claim looks at."""


class PostgresJobs(Jobs):
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def claim(
        self, *, limit: int, lease_s: float, rooms: Mapping[Lane, int] = ROOM_FOR_ALL
    ) -> Sequence[Job]:
        lanes = [lane.value for lane in rooms]
        rows = await self._pool.fetch(
            QUERIES["claim_jobs"], limit, lease_s, lanes, list(rooms.values()), WINDOW
        )
        messages = await self._messages(rows)
        return [_job(row, messages) for row in sorted(rows, key=lambda row: row["created_at"])]

    async def mark_sent(self, claim: Claim) -> bool:
        marked = await self._pool.fetchval(QUERIES["mark_job_sent"], claim.id, claim.attempt)
        return marked is not None

    async def unmark_sent(self, claim: Claim, *, sent_at: datetime | None) -> None:
        await self._pool.execute(QUERIES["unmark_job_sent"], claim.id, claim.attempt, sent_at)

    async def postpone(
        self, claim: Claim, *, wait_s: float, reason: str, has_progressed: bool = False
    ) -> None:
        await self._end(claim, "postpone_job", wait_s, _text(reason), has_progressed)

    async def park(self, claim: Claim, *, reason: str) -> None:
        await self._end(claim, "park_job", _text(reason))

    async def parked(self, *, limit: int) -> Sequence[ParkedJob]:
        return [_parked(row) for row in await self._pool.fetch(QUERIES["parked_jobs"], limit)]

    async def backlog(self) -> JobQueue:
        return await self._count("due_jobs")

    async def parked_backlog(self) -> JobQueue:
        return await self._count("count_parked_jobs")

    async def _end(self, claim: Claim, query: str, *values: object) -> None:
        held = await self._pool.fetchval(QUERIES[query], claim.id, claim.attempt, *values)
        if held is None:
            raise LeaseLost(f"attempt {claim.attempt} of {claim.id}")

    async def _count(self, query: str) -> JobQueue:
        (row,) = await self._pool.fetch(QUERIES[query], BACKLOG_MAX)
        return JobQueue(count=row["count"], oldest_s=row["oldest_s"])

    async def _messages(self, rows: Sequence[asyncpg.Record]) -> dict[str, Message]:
        wanted = [orjson.loads(row["payload"]) for row in rows if row["kind"] == MESSAGE]
        if not wanted:
            return {}
        found = await self._pool.fetch(
            QUERIES["messages_by_id"],
            [name["source"] for name in wanted],
            [name["id"] for name in wanted],
        )
        return {job_of_message(row["source"], row["id"]): _message(row) for row in found}


def _text(reason: str) -> str:
    """PostgreSQL stores no NUL."""
    return reason.replace("\x00", "")[:REASON_LENGTH_MAX]


def _parked(row: asyncpg.Record) -> ParkedJob:
    return ParkedJob(
        id=JobId(row["id"]),
        kind=row["kind"],
        process_id=ProcessId(str(row["process_id"])) if row["process_id"] else None,
        attempts=row["attempts"],
        created_at=row["created_at"],
        parked_at=row["parked_at"],
        reason=row["reason"],
    )


def _job(row: asyncpg.Record, messages: dict[str, Message]) -> Job:
    work: Work
    try:
        work = messages[row["id"]] if row["kind"] == MESSAGE else _instruction(row)
    except (KeyError, ValueError, TypeError, ExceptionGroup) as error:
        work = Unreadable(kind=row["kind"], detail=repr(error))
    return TracedJob(
        id=JobId(row["id"]),
        work=work,
        attempts=row["attempts"],
        tries=row["tries"],
        created_at=row["created_at"],
        sent_at=row["sent_at"],
        sent_s=row["sent_s"],
        trace=row["trace"],
    )


def _instruction(row: asyncpg.Record) -> Instruction:
    return to_instruction(row["kind"], orjson.loads(row["payload"]))


def _message(row: asyncpg.Record) -> Message:
    return Message(
        source=row["source"],
        id=row["id"],
        body=row["body"],
        headers=orjson.loads(row["headers"]),
    )
