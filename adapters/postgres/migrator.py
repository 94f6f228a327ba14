"""
Applies ``migrations/*.sql`` in order, each in its own transaction, and rolls them back.

An advisory lock admits one runner at a time. A migration's checks run in the same transaction, before and
after it. A history that differs from this repository's is refused, because the resulting schema would be
unknown: a migration edited after it was applied, or new migrations on top of an unknown one.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

import asyncpg
import attrs

from adapters.postgres.migration_files import Check, Migration, migrations

LOCK_ID = 727_140_533
RUNNER_TIMEOUT_S = 600
"""How long a runner waits for another one."""
LOCK_TIMEOUT_S = 5
"""How long a statement waits for a lock, while other sessions queue behind it, before it fails."""
STATEMENT_TIMEOUT_S = 600

_HISTORY = """
    CREATE TABLE IF NOT EXISTS schema_migrations (
        name       text        PRIMARY KEY,
        checksum   text        NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT now()
    )
"""


class CannotMigrate(Exception):
    """The schema was not changed; the message says why."""


class NoDatabase(CannotMigrate):
    """No database can be reached at the given address, or it refuses our login."""


class MigrationChanged(CannotMigrate):
    """A migration was edited after it was applied."""


class OtherHistory(CannotMigrate):
    """The database has migrations of another version of this repository that are unknown to this one."""


class CheckFailed(CannotMigrate):
    """A check before or after a migration does not hold."""


class Blocked(CannotMigrate):
    """A lock was not available in time. Trying again may succeed."""


@attrs.frozen(kw_only=True)
class State:
    """One migration in one database: when it was applied, and whether it was edited since."""

    name: str
    applied_at: datetime | None
    is_changed: bool


async def migrate(dsn: str, *, steps: int | None = None) -> list[str]:
    """
    Apply all pending migrations, or the next ``steps``. Returns the names of those applied.

    Raises ``CannotMigrate``.
    """
    async with _locked(dsn) as connection:
        applied = await _applied(connection)
        known = migrations()
        _check_history(applied, known)
        missing = [migration for migration in known if migration.name not in applied][:steps]
        for migration in missing:
            await _apply(connection, migration)
    return [migration.name for migration in missing]


async def roll_back(dsn: str, *, steps: int = 1) -> list[str]:
    """Roll back the last ``steps`` migrations and return their names. Raises ``CannotMigrate``."""
    async with _locked(dsn) as connection:
        applied = await _applied(connection)
        last = [m for m in migrations() if m.name in applied][-steps:]
        for migration in reversed(last):
            await _undo(connection, migration)
    return [migration.name for migration in reversed(last)]


async def pending(dsn: str) -> list[str]:
    """The names of migrations not applied yet. Raises ``NoDatabase``."""
    return [state.name for state in await states(dsn) if state.applied_at is None]


async def states(dsn: str) -> list[State]:
    """Every migration of this repository, in order. Raises ``NoDatabase``."""
    async with _connected(dsn) as connection:
        await connection.execute(_HISTORY)
        rows = await connection.fetch("SELECT name, checksum, applied_at FROM schema_migrations")
    found = {row["name"]: row for row in rows}
    return [
        State(
            name=migration.name,
            applied_at=row["applied_at"] if row else None,
            is_changed=row is not None and row["checksum"] != migration.checksum,
        )
        for migration in migrations()
        for row in [found.get(migration.name)]
    ]


@asynccontextmanager
async def _connected(dsn: str) -> AsyncIterator[asyncpg.Connection]:
    limits = {
        "lock_timeout": f"{LOCK_TIMEOUT_S}s",
        "statement_timeout": f"{STATEMENT_TIMEOUT_S}s",
        "application_name": "stack-migrate",
    }
    try:
        connection = await asyncpg.connect(dsn, server_settings=limits)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise NoDatabase(f"the database cannot be reached: {error}") from error
    try:
        yield connection
    finally:
        await connection.close()


@asynccontextmanager
async def _locked(dsn: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection that holds the runners' lock until it is closed."""
    async with _connected(dsn) as connection:
        try:
            await connection.execute(f"SET lock_timeout = '{RUNNER_TIMEOUT_S}s'")
            await connection.execute("SELECT pg_advisory_lock($1)", LOCK_ID)
            await connection.execute(f"SET lock_timeout = '{LOCK_TIMEOUT_S}s'")
            await connection.execute(_HISTORY)
            yield connection
        except asyncpg.LockNotAvailableError as error:
            raise Blocked(f"another session holds a lock: {error}") from error


async def _applied(connection: asyncpg.Connection) -> dict[str, str]:
    rows = await connection.fetch("SELECT name, checksum FROM schema_migrations")
    return {row["name"]: row["checksum"] for row in rows}


async def _apply(connection: asyncpg.Connection, migration: Migration) -> None:
    record = "INSERT INTO schema_migrations (name, checksum) VALUES ($1, $2)"
    async with connection.transaction():
        await _require(connection, migration.before, when=f"before {migration.name}")
        await connection.execute(migration.up)
        await _require(connection, migration.after, when=f"after {migration.name}")
        await connection.execute(record, migration.name, migration.checksum)


async def _undo(connection: asyncpg.Connection, migration: Migration) -> None:
    async with connection.transaction():
        await _require(connection, migration.after, when=f"before rolling back {migration.name}")
        await connection.execute(migration.down)
        await _require(connection, migration.before, when=f"after rolling back {migration.name}")
        await connection.execute("DELETE FROM schema_migrations WHERE name = $1", migration.name)


async def _require(connection: asyncpg.Connection, checks: Sequence[Check], *, when: str) -> None:
    for check in checks:
        if await connection.fetchval(check.query) is not True:
            raise CheckFailed(f"check failed {when}: {check.says}")


def _check_history(applied: Mapping[str, str], known: Sequence[Migration]) -> None:
    """A database with newer migrations than this version is accepted, as after a rollback of the code."""
    for migration in known:
        if applied.get(migration.name, migration.checksum) != migration.checksum:
            raise MigrationChanged(f"{migration.name} was edited after it was applied")
    unknown = sorted(applied.keys() - {migration.name for migration in known})
    if unknown and any(migration.name not in applied for migration in known):
        raise OtherHistory(
            f"the database has migrations that this version does not know: {', '.join(unknown)}"
        )
