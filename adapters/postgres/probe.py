"""Whether PostgreSQL takes writes, and whether its schema is the one that this version needs."""

from __future__ import annotations

from adapters.postgres.migration_files import migrations
from adapters.postgres.pool import Pool
from adapters.postgres.queries import QUERIES
from ports.health import Probe


class PostgresProbe(Probe):
    """
    Writes no row, but a server that is read-only refuses it, as it would refuse the work.

    The refusal also closes the connections to that server.
    """

    name = "postgres"
    critical = True

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def check(self) -> None:
        await self._pool.execute(QUERIES["probe_write"])


class MigrationsPending(Exception):
    """Some migrations are not applied; the message names them."""


class MigrationsProbe(Probe):
    """Whether all migrations are applied. Newer ones are accepted, as after a rollback of the code."""

    name = "migrations"
    critical = True

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._known = [migration.name for migration in migrations()]

    async def check(self) -> None:
        rows = await self._pool.fetch(QUERIES["applied_migrations"])
        applied = {row["name"] for row in rows}
        missing = [name for name in self._known if name not in applied]
        if missing:
            raise MigrationsPending(", ".join(missing))
