"""The search in PostgreSQL, by bounded index look-ups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

import asyncpg
import orjson

from adapters.documents import to_process
from adapters.postgres.pool import Pool
from adapters.postgres.queries import QUERIES
from domain.ids import InvestorId, ProcessId
from domain.processes.decision import Process
from domain.processes.kinds import kind_of
from ports.search import NAMESAKES_MAX, Found, Search

_LAST = ProcessId("ffffffff-ffff-ffff-ffff-ffffffffffff")
"""Greater than every id."""


class PostgresSearch(Search):
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def in_stages(
        self, stages: Mapping[str, Sequence[str]], *, before: ProcessId | None, limit: int
    ) -> Sequence[Found]:
        pairs = [(kind, stage) for kind, names in stages.items() for stage in names]
        kinds, names = [kind for kind, _ in pairs], [stage for _, stage in pairs]
        return await self._found("search_in_stages", kinds, names, before or _LAST, limit)

    async def of_investor(
        self,
        investor_id: InvestorId,
        *,
        kind: type[Process],
        stage: str | None,
        before: ProcessId | None,
        limit: int,
    ) -> Sequence[Found]:
        asked = (investor_id, kind_of(kind), stage, before or _LAST, limit)
        return await self._found("search_of_investor", *asked)

    async def by_id(self, process_ids: Sequence[ProcessId]) -> Sequence[Found]:
        return await self._found("search_by_id", [each for each in process_ids if _is_id(each)])

    async def named(self, namespace: str) -> Sequence[ProcessId]:
        if "\x00" in namespace:
            return []  # PostgreSQL cannot store a NUL, so no key has this namespace
        rows = await self._pool.fetch(QUERIES["search_names"], namespace, NAMESAKES_MAX)
        return [ProcessId(row["id"]) for row in rows]

    async def _found(self, query: str, *asked: object) -> Sequence[Found]:
        return [_read(row) for row in await self._pool.fetch(QUERIES[query], *asked)]


def _read(row: asyncpg.Record) -> Found:
    return Found(
        record=to_process(row["kind"], orjson.loads(row["state"])),
        version=row["version"],
        began_at=row["began_at"],
        moved_at=row["moved_at"],
        last_fact=row["last_fact"],
    )


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
