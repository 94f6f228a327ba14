"""
Each migration down, up, down and up again on a database in which there is data, from the last to the first.

What is left of the data after a way down must be the very same after another way up and down, the books
must not change by a row as long as they are there, and the schema must be the same each time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import asyncpg
import attrs

from adapters.postgres import migrator
from adapters.postgres.group_commit import GroupCommit
from adapters.postgres.migration_files import migrations
from adapters.postgres.pool import open_pool
from adapters.postgres.settings import PostgresSettings
from adapters.postgres.units import rows_of
from tests.migrations.catalogue import rows, schema
from tests.migrations.stories import everything

BOOKS = ("account_changes", "accounts", "entries", "postings")


class RoundTripFailed(Exception):
    """A migration does not lead back to where it came from; the message says which and how."""


@attrs.frozen(kw_only=True)
class RoundTrip:
    """One migration that went down, up, down and up: what was there below it."""

    name: str
    objects: int
    tables_with_rows: int


async def seed(dsn: str) -> None:
    """Write one of everything, in the way the system does."""
    settings = PostgresSettings(dsn=dsn, pool_size_max=2)
    async with open_pool(settings, application="round-trips") as pool:
        commits = GroupCommit(pool, settings)
        for unit in everything():
            if refusal := await commits.commit(rows_of(unit)):
                raise RoundTripFailed(f"the data cannot be written: {refusal}")


async def round_trips(dsn: str) -> Sequence[RoundTrip]:
    """
    Up the whole chain, data, each migration from the last to the first, and up the chain again.

    The database must be blank. Raises ``RoundTripFailed`` and ``CannotMigrate``.
    """
    sql = await asyncpg.connect(dsn)
    try:
        await migrator.migrate(dsn)
        head = await schema(sql)
        await seed(dsn)
        done = [await _round(sql, dsn, m.name) for m in reversed(migrations())]
        await migrator.migrate(dsn)
        _same("the chain", await schema(sql), head)
        await seed(dsn)
        return done
    finally:
        await sql.close()


async def _round(sql: asyncpg.Connection, dsn: str, name: str) -> RoundTrip:
    above, books = await schema(sql), _books(await rows(sql))
    await _down(dsn, name)
    below, left = await schema(sql), await rows(sql)
    if _books(left):
        _same(f"the books below {name}", _books(left), books)
    await migrator.migrate(dsn, steps=1)
    _same(f"the schema of {name} after down and up", await schema(sql), above)
    await _down(dsn, name)
    _same(f"the schema below {name} after up and down", await schema(sql), below)
    _same(f"the rows below {name} after up and down", await rows(sql), left)
    return RoundTrip(name=name, objects=len(below), tables_with_rows=len(left))


async def _down(dsn: str, name: str) -> None:
    _same("what was taken back", await migrator.roll_back(dsn), [name])


def _books(found: Mapping[str, str]) -> Mapping[str, str]:
    return {table: digest for table, digest in found.items() if table in BOOKS}


def _same(what: str, found: object, expected: object) -> None:
    match found, expected:
        case set(), set() if found != expected:
            raise RoundTripFailed(f"{what}: {sorted(found ^ expected)}")
        case _ if found != expected:
            raise RoundTripFailed(f"{what}: {found}, not {expected}")
