"""Databases whose migrations are not the ones of this checkout."""

from __future__ import annotations

import asyncpg
import pytest

from adapters.postgres import migrator
from adapters.postgres.migration_files import migrations

NAMES = [migration.name for migration in migrations()]


async def rename(dsn: str, old: str, new: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute("UPDATE schema_migrations SET name = $2 WHERE name = $1", old, new)
    finally:
        await connection.close()


async def test_a_database_of_another_version_is_left_as_it_is(blank_database_url: str) -> None:
    await migrator.migrate(blank_database_url)
    await rename(blank_database_url, NAMES[-1], "0009_pre_elsewhere")
    with pytest.raises(migrator.OtherHistory, match="0009_pre_elsewhere"):
        await migrator.migrate(blank_database_url)
    assert await migrator.pending(blank_database_url) == NAMES[-1:]


async def test_an_older_version_accepts_a_database_that_is_ahead(blank_database_url: str) -> None:
    await migrator.migrate(blank_database_url)
    connection = await asyncpg.connect(blank_database_url)
    await connection.execute("INSERT INTO schema_migrations VALUES ('0099_pre_later', 'x')")
    await connection.close()
    assert await migrator.migrate(blank_database_url) == []
