"""
Applies ``migrations/*.sql`` in order, each in a transaction of its own.

An advisory lock lets one runner through at a time; a migration whose text has changed since it was
applied is refused, since the database would no longer be what the repository says.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import asyncpg
import attrs

MIGRATIONS = Path(__file__).parents[2] / "migrations"
LOCK_ID = 727_140_533
_HISTORY = """
    CREATE TABLE IF NOT EXISTS schema_migrations (
        name       text        PRIMARY KEY,
        checksum   text        NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT now()
    )
"""


class MigrationChanged(Exception):
    """A migration that was applied has been edited since."""


@attrs.frozen
class Migration:
    """One step of the schema, forwards and back."""

    name: str
    up: str
    down: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.up.encode()).hexdigest()


def migrations(directory: Path = MIGRATIONS) -> tuple[Migration, ...]:
    """All migrations in order. Raises ``FileNotFoundError`` when one has no way down."""
    return tuple(
        Migration(
            name=path.name.removesuffix(".up.sql"),
            up=path.read_text(),
            down=path.with_name(path.name.replace(".up.", ".down.")).read_text(),
        )
        for path in sorted(directory.glob("*.up.sql"))
    )


async def migrate(dsn: str) -> list[str]:
    """Bring the database to head; the names of what was applied."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", LOCK_ID)
        await connection.execute(_HISTORY)
        return await _apply_missing(connection)
    finally:
        await connection.close()


async def pending(dsn: str) -> list[str]:
    """The names of migrations that are not applied yet."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(_HISTORY)
        applied = await _applied(connection)
        return [m.name for m in migrations() if m.name not in applied]
    finally:
        await connection.close()


async def roll_back(dsn: str, *, steps: int = 1) -> list[str]:
    """Undo the last ``steps`` migrations; the names of what was undone."""
    connection = await asyncpg.connect(dsn)
    undone = []
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", LOCK_ID)
        applied = await _applied(connection)
        for migration in reversed([m for m in migrations() if m.name in applied][-steps:]):
            async with connection.transaction():
                await connection.execute(migration.down)
                await connection.execute(
                    "DELETE FROM schema_migrations WHERE name = $1", migration.name
                )
            undone.append(migration.name)
        return undone
    finally:
        await connection.close()


async def _applied(connection: asyncpg.Connection) -> dict[str, str]:
    rows = await connection.fetch("SELECT name, checksum FROM schema_migrations")
    return {row["name"]: row["checksum"] for row in rows}


async def _apply_missing(connection: asyncpg.Connection) -> list[str]:
    applied = await _applied(connection)
    done = []
    for migration in migrations():
        if migration.name in applied:
            if applied[migration.name] != migration.checksum:
                raise MigrationChanged(f"{migration.name} was edited after it had been applied")
            continue
        async with connection.transaction():
            await connection.execute(migration.up)
            await connection.execute(
                "INSERT INTO schema_migrations (name, checksum) VALUES ($1, $2)",
                migration.name,
                migration.checksum,
            )
        done.append(migration.name)
    return done
