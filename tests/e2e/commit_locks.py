"""Holds up a commit, so that its maker can be killed after a provider said yes and before we know it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import asyncpg
import attrs

from entrypoints.cli.api import until
from tests.support.stack import Stack

SPACE = 77
"""The first half of the advisory locks' names; the second is the tripwire's number."""
STRETCH = f"""
    CREATE TABLE tripwires (number integer PRIMARY KEY, name text UNIQUE);
    CREATE FUNCTION trip() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        kind   text    := (SELECT kind FROM processes
                            WHERE id::text = to_jsonb(NEW) ->> 'process_id');
        wire   text    := concat_ws(' ', kind, coalesce(to_jsonb(NEW) ->> 'fact', TG_TABLE_NAME));
        tripped integer := (SELECT number FROM tripwires WHERE name = wire);
    BEGIN
        IF tripped IS NOT NULL THEN
            PERFORM pg_advisory_xact_lock_shared({SPACE}, tripped);
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER trip BEFORE INSERT ON process_steps FOR EACH ROW EXECUTE FUNCTION trip();
    CREATE TRIGGER trip BEFORE INSERT ON messages FOR EACH ROW EXECUTE FUNCTION trip();
"""
CUT = """
    DROP TRIGGER trip ON process_steps;
    DROP TRIGGER trip ON messages;
    DROP FUNCTION trip;
    DROP TABLE tripwires;
"""
WAITING = f"""
    SELECT w.name
      FROM tripwires w
      JOIN pg_locks l ON l.objid = w.number
      JOIN pg_database d ON d.oid = l.database AND d.datname = current_database()
     WHERE l.locktype = 'advisory' AND l.classid = {SPACE} AND NOT l.granted
"""
SESSIONS = """
    pg_stat_activity WHERE application_name = $1 AND datname = current_database()
"""


@attrs.frozen
class Tripwires:
    """
    Each stops the first commit of one fact about one kind of process, or of a ``messages`` row.

    The commit waits for a lock that we hold; it is not made unless its process lives.
    """

    _held: asyncpg.Connection
    _stack: Stack

    async def tripped(self) -> Sequence[str]:
        """Whose commits are waiting now."""
        return [row["name"] for row in await self._held.fetch(WAITING)]

    async def kill(self, name: str) -> None:
        """
        End the process in the middle of its commit, and the commit with it.

        A database goes on with a statement whose client is gone, so its sessions are ended too.
        """
        tripped = await self.tripped()
        self._stack.kill(name)
        role = f"stack-{name}"
        await self._held.execute(f"SELECT pg_terminate_backend(pid) FROM {SESSIONS}", role)

        async def sessions() -> int:
            return int(await self._held.fetchval(f"SELECT count(*) FROM {SESSIONS}", role))

        await until(sessions, lambda left: left == 0, what=f"the end of {name}'s sessions")
        await self._held.execute("DELETE FROM tripwires WHERE name = ANY ($1)", tripped)


@asynccontextmanager
async def stretched(stack: Stack, *names: str) -> AsyncIterator[Tripwires]:
    """Stretch a tripwire for each name: ``Deposit ConversionOpened``, ``messages``."""
    held = await asyncpg.connect(stack.dsn)
    try:
        await held.execute(STRETCH)
        for number, name in enumerate(names):
            await held.execute("INSERT INTO tripwires VALUES ($1, $2)", number, name)
            await held.execute("SELECT pg_advisory_lock($1, $2)", SPACE, number)
        yield Tripwires(held, stack)
    finally:
        await held.execute("SELECT pg_advisory_unlock_all()")
        await held.execute(CUT)
        await held.close()
