"""Feed positions in PostgreSQL."""

from __future__ import annotations

from datetime import datetime, timedelta

from adapters.postgres.pool import Pool
from adapters.postgres.queries import QUERIES
from ports.cursors import Cursors


class PostgresCursors(Cursors):
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def read(self, feed: str) -> str | None:
        position: str | None = await self._pool.fetchval(QUERIES["read_cursor"], feed)
        return position

    async def advance(self, feed: str, position: str, *, at: datetime) -> None:
        await self._pool.execute(QUERIES["advance_cursor"], feed, position, at)

    async def take_turn(self, name: str, *, every: timedelta) -> bool:
        taken = await self._pool.fetchval(QUERIES["take_turn"], name, every.total_seconds())
        return taken is not None
