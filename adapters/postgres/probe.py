"""Whether PostgreSQL answers."""

from __future__ import annotations

from adapters.postgres.pool import Pool
from ports.health import Probe


class PostgresProbe(Probe):
    name = "postgres"
    critical = True

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def check(self) -> None:
        await self._pool.fetchval("SELECT 1")
