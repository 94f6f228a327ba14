"""Whether the schema is what this version needs."""

from __future__ import annotations

import pytest

from adapters.postgres.migration_files import migrations
from adapters.postgres.migrator import migrate, roll_back
from adapters.postgres.pool import open_pool
from adapters.postgres.probe import MigrationsPending, MigrationsProbe
from adapters.postgres.settings import PostgresSettings


async def test_a_schema_at_head_is_fine_and_one_behind_is_named(database_url: str) -> None:
    async with open_pool(PostgresSettings(dsn=database_url), application="test") as pool:
        probe = MigrationsProbe(pool)
        await probe.check()
        (undone,) = await roll_back(database_url)
        with pytest.raises(MigrationsPending, match=undone):
            await probe.check()
        await migrate(database_url)
        await probe.check()


async def test_one_that_is_ahead_of_us_is_fine(database_url: str) -> None:
    async with open_pool(PostgresSettings(dsn=database_url), application="test") as pool:
        await pool.execute("INSERT INTO schema_migrations (name, checksum) VALUES ('9999', '')")
        probe = MigrationsProbe(pool)
        await probe.check()
        first = migrations()[0].name
        await pool.execute("DELETE FROM schema_migrations WHERE name = $1", first)
        with pytest.raises(MigrationsPending, match=first):
            await probe.check()
