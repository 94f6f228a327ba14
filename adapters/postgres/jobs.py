"""Jobs in PostgreSQL, claimed in batches with SKIP LOCKED."""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg
import orjson
import structlog

from adapters.documents import to_instruction
from adapters.postgres.pool import Pool
from adapters.postgres.queries import QUERIES
from adapters.postgres.units import job_of_message
from adapters.telemetry.use_cases import TracedJob
from domain.ids import JobId
from domain.processes.instructions import Instruction
from ports.jobs import BACKLOG_MAX, MESSAGE, DueJobs, Job, Jobs
from ports.processes import Claim, LeaseLost, Message

REASON_LENGTH_MAX = 500

_log = structlog.get_logger()


class PostgresJobs(Jobs):
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def claim(self, *, limit: int, lease_s: float) -> Sequence[Job]:
        rows = await self._pool.fetch(QUERIES["claim_jobs"], limit, lease_s)
        messages = await self._messages(rows)
        jobs = (_job(row, messages) for row in sorted(rows, key=lambda row: row["created_at"]))
        return [job for job in jobs if job is not None]

    async def holds(self, claim: Claim, *, for_s: float = 0.0) -> bool:
        held: bool = await self._pool.fetchval(
            QUERIES["job_is_held"], claim.id, claim.attempt, for_s
        )
        return held

    async def postpone(self, claim: Claim, *, wait_s: float, reason: str) -> None:
        text = reason.replace("\x00", "")[:REASON_LENGTH_MAX]
        held = await self._pool.fetchval(
            QUERIES["postpone_job"], claim.id, claim.attempt, wait_s, text
        )
        if held is None:
            raise LeaseLost(f"attempt {claim.attempt} of {claim.id}")

    async def backlog(self) -> DueJobs:
        (row,) = await self._pool.fetch(QUERIES["due_jobs"], BACKLOG_MAX)
        return DueJobs(count=row["count"], oldest_s=row["oldest_s"])

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


def _job(row: asyncpg.Record, messages: dict[str, Message]) -> Job | None:
    """The job, or ``None`` if it is unreadable; it stays and is claimed again after its lease."""
    try:
        work = messages[row["id"]] if row["kind"] == MESSAGE else _instruction(row)
    except (KeyError, ValueError, ExceptionGroup) as error:
        _log.error("job.unreadable", job=row["id"], error=repr(error))
        return None
    return TracedJob(
        id=JobId(row["id"]),
        work=work,
        attempts=row["attempts"],
        created_at=row["created_at"],
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
