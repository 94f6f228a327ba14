from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator

import asyncpg
import pytest

from adapters.postgres import migrator

_CATALOGUE = """
    SELECT 'column ' || table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable
      FROM information_schema.columns
     WHERE table_schema = 'public' AND table_name <> 'schema_migrations'
     UNION ALL
    SELECT 'constraint ' || conrelid::regclass || ' ' || pg_get_constraintdef(oid)
      FROM pg_constraint
     WHERE connamespace = 'public'::regnamespace
       AND conrelid <> coalesce(to_regclass('schema_migrations'), 0)
     UNION ALL
    SELECT 'index ' || indexdef FROM pg_indexes
     WHERE schemaname = 'public' AND tablename <> 'schema_migrations'
     UNION ALL
    SELECT 'function ' || pg_get_functiondef(oid) FROM pg_proc
     WHERE pronamespace = 'public'::regnamespace
     UNION ALL
    SELECT 'trigger ' || pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
     UNION ALL
    SELECT 'view ' || viewname || ' ' || definition FROM pg_views WHERE schemaname = 'public'
"""


@pytest.fixture
async def sql(blank_database_url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(blank_database_url)
    yield connection
    await connection.close()


async def schema(sql: asyncpg.Connection) -> set[str]:
    """Everything that a migration can make."""
    return {row[0] for row in await sql.fetch(_CATALOGUE)}


async def applied(sql: asyncpg.Connection) -> list[str]:
    return [row[0] for row in await sql.fetch("SELECT name FROM schema_migrations ORDER BY name")]


NAMES = [migration.name for migration in migrator.migrations()]


async def test_every_migration_goes_up_down_and_up_again(sql: asyncpg.Connection) -> None:
    for migration in migrator.migrations():
        before = await schema(sql)
        await sql.execute(migration.up)
        after = await schema(sql)
        await sql.execute(migration.down)
        assert await schema(sql) == before, migration.name
        await sql.execute(migration.up)
        assert await schema(sql) == after, migration.name


async def test_the_whole_chain_goes_up_down_and_up_again(
    sql: asyncpg.Connection, blank_database_url: str
) -> None:
    empty = await schema(sql)
    assert await migrator.pending(blank_database_url) == NAMES
    assert await migrator.migrate(blank_database_url) == NAMES
    head = await schema(sql)
    assert await migrator.migrate(blank_database_url) == []
    undone = await migrator.roll_back(blank_database_url, steps=len(NAMES))
    assert undone == NAMES[::-1]
    assert await schema(sql) == empty
    assert await migrator.migrate(blank_database_url) == NAMES
    assert await schema(sql) == head
    assert await migrator.pending(blank_database_url) == []


async def test_an_edited_migration_is_refused(
    sql: asyncpg.Connection, blank_database_url: str
) -> None:
    await migrator.migrate(blank_database_url)
    await sql.execute("UPDATE schema_migrations SET checksum = 'x' WHERE name = $1", NAMES[0])
    with pytest.raises(migrator.MigrationChanged, match=NAMES[0]):
        await migrator.migrate(blank_database_url)


async def test_three_runners_at_once_apply_each_migration_once(
    sql: asyncpg.Connection, blank_database_url: str
) -> None:
    done = await asyncio.gather(*(migrator.migrate(blank_database_url) for _ in range(3)))
    assert sorted(name for names in done for name in names) == sorted(NAMES)
    assert await applied(sql) == sorted(NAMES)


def test_migrations_are_numbered_without_a_gap_and_say_their_phase() -> None:
    numbers = []
    for name in NAMES:
        parts = re.fullmatch(r"(\d{4})_(pre|post)_[a-z_]+", name)
        assert parts is not None, name
        numbers.append(int(parts[1]))
    assert numbers == list(range(1, len(NAMES) + 1))
