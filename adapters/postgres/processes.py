"""Processes in PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from uuid import UUID

import asyncpg
import orjson

from adapters.documents import to_process
from adapters.postgres.batching import TracedBatcher
from adapters.postgres.constraint_errors import refusal
from adapters.postgres.group_commit import GroupCommit
from adapters.postgres.pool import Pool
from adapters.postgres.process_spans import ProcessSpans
from adapters.postgres.queries import QUERIES
from adapters.postgres.trail import assemble
from adapters.postgres.units import rows_of
from domain.ids import InvestorId, LookupKey, ProcessId
from domain.processes.decision import Process, ProcessT
from domain.processes.kinds import kind_of
from domain.trading.order import Order
from ports.processes import PAGE_MAX, Processes, TrailLine, UnitOfWork, Versioned, of_kind

Row = asyncpg.Record | None
Wanted = tuple[ProcessId | None, ...]
"""Ids requested in one call; ``None`` for a text that is not a valid id."""

RECORDS_KEPT = 1024


class PostgresProcesses(Processes):
    """Reads from the primary, with concurrent reads batched; writes through the group commit."""

    def __init__(
        self,
        pool: Pool,
        commits: GroupCommit,
        spans: ProcessSpans | None = None,
        *,
        on_commit: Sequence[Callable[[UnitOfWork], None]] = (),
    ) -> None:
        """``on_commit`` are called with every committed unit; they must not raise."""
        self._pool = pool
        self._commits = commits
        self._on_commit = on_commit
        self._spans = spans or ProcessSpans()
        self._by_ids = TracedBatcher(self._read_by_ids, calls_max=1, batch_max=64, waiting_max=5000)
        self._by_lookup_key = TracedBatcher(
            self._read_by_lookup_key, calls_max=1, batch_max=64, waiting_max=5000
        )

    async def get(self, process_id: ProcessId) -> Versioned[Process] | None:
        (found,) = await self.get_all((process_id,))
        return found

    async def get_all(
        self, process_ids: Sequence[ProcessId]
    ) -> Sequence[Versioned[Process] | None]:
        wanted = tuple(_identity(process_id) for process_id in process_ids)
        return [self._versioned(row) for row in await self._by_ids.ask(wanted)]

    async def find(self, name: LookupKey) -> Versioned[Process] | None:
        if "\x00" in name.value:
            return None  # PostgreSQL cannot store a NUL, so no process has this key
        return self._versioned(await self._by_lookup_key.ask(name))

    async def of_investor(
        self,
        investor_id: InvestorId,
        *,
        kind: type[ProcessT],
        stage: str | None = None,
        before: ProcessId | None = None,
        limit: int = PAGE_MAX,
    ) -> Sequence[Versioned[ProcessT]]:
        rows = await self._pool.fetch(
            QUERIES["processes_of_investor"], investor_id, kind_of(kind), stage, before, limit
        )
        return self._read_all(rows, kind)

    async def of_group(self, group_id: str) -> Sequence[Versioned[Order]]:
        rows = await self._pool.fetch(QUERIES["processes_of_group"], group_id)
        return self._read_all(rows, Order)

    async def trail(self, process_id: ProcessId) -> Sequence[TrailLine]:
        return assemble(
            steps=await self._pool.fetch(QUERIES["trail_steps"], process_id),
            postings=await self._pool.fetch(QUERIES["trail_postings"], process_id),
            jobs=await self._pool.fetch(QUERIES["trail_jobs"], process_id),
        )

    async def _read_by_ids(self, asked: Sequence[Wanted]) -> Sequence[Sequence[Row]]:
        ids = {process_id for wanted in asked for process_id in wanted if process_id}
        rows = await self._pool.fetch(QUERIES["processes_by_id"], list(ids)) if ids else ()
        found = {row["id"]: row for row in rows}
        return [[found.get(process_id) for process_id in wanted] for wanted in asked]

    async def _read_by_lookup_key(self, names: Sequence[LookupKey]) -> Sequence[Row]:
        rows = await self._pool.fetch(
            QUERIES["processes_by_name"],
            [name.namespace for name in names],
            [name.value for name in names],
        )
        found = {LookupKey(row["namespace"], row["value"]): row for row in rows}
        return [found.get(name) for name in names]

    async def commit(self, unit: UnitOfWork) -> None:
        with self._spans.over(unit) as trace_of:
            violated = await self._commits.commit(rows_of(unit, trace_of))
            if violated:
                raise refusal(violated)
        for observe in self._on_commit:
            observe(unit)

    def _versioned(self, row: Row) -> Versioned[Process] | None:
        """Decoded by the caller that asked for it, so an unreadable row fails no other caller."""
        return None if row is None else self._read(row)

    def _read_all(
        self, rows: Sequence[asyncpg.Record], kind: type[ProcessT]
    ) -> Sequence[Versioned[ProcessT]]:
        return [found for row in rows if (found := of_kind(self._read(row), kind))]

    def _read(self, row: asyncpg.Record) -> Versioned[Process]:
        record = _record(row["kind"], row["state"])
        self._spans.remember(record.id, row["trace"])
        return Versioned(record, row["version"])


def _identity(process_id: ProcessId) -> ProcessId | None:
    """The id in PostgreSQL's spelling, or ``None`` if it is not a UUID."""
    try:
        return ProcessId(str(UUID(process_id)))
    except ValueError:
        return None


@lru_cache(maxsize=RECORDS_KEPT)
def _record(kind: str, state: str) -> Process:
    """Cached, because records are immutable and every request reads its session's row."""
    return to_process(kind, orjson.loads(state))
