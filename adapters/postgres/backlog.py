"""The backlog in PostgreSQL, by bounded index look-ups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from adapters.postgres.pool import Pool
from adapters.postgres.queries import QUERIES
from domain.ids import ProcessId
from ports.backlog import COUNT_MAX, SCANNED_MAX, Backlog, Backlogged, StageCount, Waiting


class PostgresBacklog(Backlog):
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def by_stage(self, stages: Mapping[str, Sequence[str]]) -> Sequence[StageCount]:
        pairs = [(kind, stage) for kind, names in stages.items() for stage in names]
        kinds, names = [kind for kind, _ in pairs], [stage for _, stage in pairs]
        rows = await self._pool.fetch(QUERIES["standings"], kinds, names, COUNT_MAX)
        return [StageCount(**row) for row in rows]

    async def overdue(
        self, limits_s: Mapping[tuple[str, str], int], *, at: datetime, limit: int
    ) -> Sequence[Waiting]:
        kinds, stages = _columns(list(limits_s))
        before = [at - timedelta(seconds=limit_s) for limit_s in limits_s.values()]
        return await self._waiting("overdue", kinds, stages, before, SCANNED_MAX, limit)

    async def unattended(
        self, stages: Sequence[tuple[str, str]], *, before: datetime, limit: int
    ) -> Sequence[Waiting]:
        kinds, names = _columns(stages)
        return await self._waiting("unattended", kinds, names, before, SCANNED_MAX, limit)

    async def _waiting(self, query: str, *values: object) -> Sequence[Waiting]:
        rows = await self._pool.fetch(QUERIES[query], *values)
        return [
            Waiting(id=ProcessId(str(row["id"])), kind=row["kind"], stage=row["stage"])
            for row in rows
        ]

    async def unsealed(self) -> Backlogged:
        rows = await self._pool.fetch(QUERIES["unsealed_records"], COUNT_MAX)
        return Backlogged(**rows[0])

    async def positions(self) -> Mapping[str, datetime]:
        rows = await self._pool.fetch(QUERIES["cursor_times"])
        return {row["feed"]: row["updated_at"] for row in rows}


def _columns(stages: Sequence[tuple[str, str]]) -> tuple[Sequence[str], Sequence[str]]:
    return [kind for kind, _ in stages], [stage for _, stage in stages]
