"""The backlog in PostgreSQL, by bounded index look-ups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from adapters.postgres.pool import Pool
from adapters.postgres.queries import QUERIES
from ports.backlog import COUNT_MAX, Backlog, Backlogged, StageCount


class PostgresBacklog(Backlog):
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def by_stage(self, stages: Mapping[str, Sequence[str]]) -> Sequence[StageCount]:
        pairs = [(kind, stage) for kind, names in stages.items() for stage in names]
        kinds, names = [kind for kind, _ in pairs], [stage for _, stage in pairs]
        rows = await self._pool.fetch(QUERIES["standings"], kinds, names, COUNT_MAX)
        return [StageCount(**row) for row in rows]

    async def unsealed(self) -> Backlogged:
        rows = await self._pool.fetch(QUERIES["unsealed_records"], COUNT_MAX)
        return Backlogged(**rows[0])

    async def positions(self) -> Mapping[str, datetime]:
        rows = await self._pool.fetch(QUERIES["cursor_times"])
        return {row["feed"]: row["updated_at"] for row in rows}
