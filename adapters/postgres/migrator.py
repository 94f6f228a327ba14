"""
Applies ``migrations/*.sql`` in order, each in a transaction of its own, and takes them back.

An advisory lock lets one runner through at a time. What a migration says about the database before and
after it is held to in the same transaction. A history that is not this repository's is refused, since the
database would no longer be what the repository says: a migration whose text has changed since it was
applied, or new ones on top of one that is not known here.
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
"""How long one runner waits for another."""
LOCK_TIMEOUT_S = 5
"""How long a statement waits for a lock, and everybody else behind it; then nothing is applied."""
STATEMENT_TIMEOUT_S = 600

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


class CheckFailed(CannotMigrate):
    """What a migration says about the database before or after it does not hold."""


class Blocked(CannotMigrate):
    """A lock was not to be had in time. Trying again may do."""


@attrs.frozen(kw_only=True)
class State:
    """One migration in one database: when it was applied, and whether it has been edited since."""

    name: str
    applied_at: datetime | None
    is_changed: bool


async def migrate(dsn: str, *, steps: int | None = None) -> list[str]:
    """
    Bring the database to head, or ``steps`` towards it; the names of what was applied.

    Raises ``CannotMigrate``.
    """
    async with _alone(dsn) as connection:
        applied = await _applied(connection)
        known = migrations()
        _check_history(applied, known)
        missing = [migration for migration in known if migration.name not in applied][:steps]
        for migration in missing:
            await _apply(connection, migration)
    return [migration.name for migration in missing]


async def roll_back(dsn: str, *, steps: int = 1) -> list[str]:
    """Undo the last ``steps`` migrations; the names of what was undone. Raises ``CannotMigrate``."""
    async with _alone(dsn) as connection:
        applied = await _applied(connection)
        last = [m for m in migrations() if m.name in applied][-steps:]
        for migration in reversed(last):
            await _undo(connection, migration)
    return [migration.name for migration in reversed(last)]


async def pending(dsn: str) -> list[str]:
    """The names of migrations that are not applied yet. Raises ``NoDatabase``."""
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
async def _alone(dsn: str) -> AsyncIterator[asyncpg.Connection]:
    """The only runner; it is again somebody else's turn when the connection is closed."""
    async with _connected(dsn) as connection:
        try:
            await connection.execute(f"SET lock_timeout = '{RUNNER_TIMEOUT_S}s'")
            await connection.execute("SELECT pg_advisory_lock($1)", LOCK_ID)
            await connection.execute(f"SET lock_timeout = '{LOCK_TIMEOUT_S}s'")
            await connection.execute(_HISTORY)
            yield connection
        except asyncpg.LockNotAvailableError as error:
            raise Blocked(f"somebody else holds a lock: {error}") from error


async def _applied(connection: asyncpg.Connection) -> dict[str, str]:
    rows = await connection.fetch("SELECT name, checksum FROM schema_migrations")
    return {row["name"]: row["checksum"] for row in rows}


async def _apply(connection: asyncpg.Connection, migration: Migration) -> None:
    record = "INSERT INTO schema_migrations (name, checksum) VALUES ($1, $2)"
    async with connection.transaction():
        await _hold(connection, migration.before, to=f"before {migration.name}")
        await connection.execute(migration.up)
        await _hold(connection, migration.after, to=f"after {migration.name}")
        await connection.execute(record, migration.name, migration.checksum)


async def _undo(connection: asyncpg.Connection, migration: Migration) -> None:
    async with connection.transaction():
        await _hold(connection, migration.after, to=f"before taking back {migration.name}")
        await connection.execute(migration.down)
        await _hold(connection, migration.before, to=f"after taking back {migration.name}")
        await connection.execute("DELETE FROM schema_migrations WHERE name = $1", migration.name)


async def _hold(connection: asyncpg.Connection, checks: Sequence[Check], *, to: str) -> None:
    for check in checks:
        if await connection.fetchval(check.query) is not True:
            raise CheckFailed(f"{to} it does not hold that {check.says}")


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
