"""
Applies ``migrations/*.sql`` in order, each in a transaction of its own.

An advisory lock lets one runner through at a time. A history that is not this repository's is refused,
since the database would no longer be what the repository says: a migration whose text has changed since
it was applied, or new ones on top of one that is not known here.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
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


class CannotMigrate(Exception):
    """The schema was left as it was; the message says why."""


class NoDatabase(CannotMigrate):
    """There is no database at the address given, or it does not let us in."""


class MigrationChanged(CannotMigrate):
    """A migration that was applied has been edited since."""


class OtherHistory(CannotMigrate):
    """The database was made by another version of this repository, which has gone another way."""


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
    """Bring the database to head; the names of what was applied. Raises ``CannotMigrate``."""
    async with _connected(dsn) as connection:
        await connection.execute("SELECT pg_advisory_lock($1)", LOCK_ID)
        await connection.execute(_HISTORY)
        return await _apply_missing(connection)


async def pending(dsn: str) -> list[str]:
    """The names of migrations that are not applied yet. Raises ``NoDatabase``."""
    async with _connected(dsn) as connection:
        await connection.execute(_HISTORY)
        applied = await _applied(connection)
        return [m.name for m in migrations() if m.name not in applied]


async def roll_back(dsn: str, *, steps: int = 1) -> list[str]:
    """Undo the last ``steps`` migrations; the names of what was undone. Raises ``NoDatabase``."""
    undone = []
    async with _connected(dsn) as connection:
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


@asynccontextmanager
async def _connected(dsn: str) -> AsyncIterator[asyncpg.Connection]:
    try:
        connection = await asyncpg.connect(dsn)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise NoDatabase(f"the database cannot be reached: {error}") from error
    try:
        yield connection
    finally:
        await connection.close()


async def _applied(connection: asyncpg.Connection) -> dict[str, str]:
    rows = await connection.fetch("SELECT name, checksum FROM schema_migrations")
    return {row["name"]: row["checksum"] for row in rows}


async def _apply_missing(connection: asyncpg.Connection) -> list[str]:
    applied = await _applied(connection)
    known = migrations()
    _check_history(applied, known)
    missing = [migration for migration in known if migration.name not in applied]
    for migration in missing:
        async with connection.transaction():
            await connection.execute(migration.up)
            await connection.execute(
                "INSERT INTO schema_migrations (name, checksum) VALUES ($1, $2)",
                migration.name,
                migration.checksum,
            )
    return [migration.name for migration in missing]


def _check_history(applied: Mapping[str, str], known: Sequence[Migration]) -> None:
    """A database that is ahead of us is fine, as after going back to an older version."""
    for migration in known:
        if applied.get(migration.name, migration.checksum) != migration.checksum:
            raise MigrationChanged(f"{migration.name} was edited after it had been applied")
    unknown = sorted(applied.keys() - {migration.name for migration in known})
    if unknown and any(migration.name not in applied for migration in known):
        raise OtherHistory(
            f"the database has migrations that this version does not know: {', '.join(unknown)}"
        )
