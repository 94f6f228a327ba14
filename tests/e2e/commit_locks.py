"""Holds up a commit, so that its maker can be killed after a provider said yes and before we know it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import asyncpg
import attrs

from entrypoints.cli.api import until
from tests.support.stack import Stack

SPACE = 77
"""The first half of the advisory locks' names; the second is the number of the held commit."""
INSTALL = f"""
    CREATE TABLE commit_locks (number integer PRIMARY KEY, name text UNIQUE);
    CREATE FUNCTION hold_commit() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        kind   text    := (SELECT kind FROM processes
                            WHERE id::text = to_jsonb(NEW) ->> 'process_id');
        wire   text    := concat_ws(' ', kind, coalesce(to_jsonb(NEW) ->> 'fact', TG_TABLE_NAME));
        held integer := (SELECT number FROM commit_locks WHERE name = wire);
    BEGIN
        IF held IS NOT NULL THEN
            PERFORM pg_advisory_xact_lock_shared({SPACE}, held);
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER hold_commit BEFORE INSERT ON process_steps FOR EACH ROW EXECUTE FUNCTION hold_commit();
    CREATE TRIGGER hold_commit BEFORE INSERT ON messages FOR EACH ROW EXECUTE FUNCTION hold_commit();
"""
REMOVE = """
    DROP TRIGGER hold_commit ON process_steps;
    DROP TRIGGER hold_commit ON messages;
    DROP FUNCTION hold_commit;
    DROP TABLE commit_locks;
"""
WAITING = f"""
    SELECT w.name
      FROM commit_locks w
      JOIN pg_locks l ON l.objid = w.number
      JOIN pg_database d ON d.oid = l.database AND d.datname = current_database()
     WHERE l.locktype = 'advisory' AND l.classid = {SPACE} AND NOT l.granted
"""
SESSIONS = """
    pg_stat_activity WHERE application_name = $1 AND datname = current_database()
"""


@attrs.frozen
class CommitLocks:
    """
    Each stops the first commit of one fact about one kind of process, or of a ``messages`` row.

    The commit waits for a lock that we hold; it is not made unless its process lives.
    """

    _connection: asyncpg.Connection
    _stack: Stack

    async def held(self) -> Sequence[str]:
        """Whose commits are waiting now."""
        return [row["name"] for row in await self._connection.fetch(WAITING)]

    async def kill(self, name: str) -> None:
        """
        End the process in the middle of its commit, and the commit with it.

        A database goes on with a statement whose client is gone, so its sessions are ended too.
        """
        held = await self.held()
        self._stack.kill(name)
        role = f"stack-{name}"
        await self._connection.execute(f"SELECT pg_terminate_backend(pid) FROM {SESSIONS}", role)

        async def sessions() -> int:
            return int(await self._connection.fetchval(f"SELECT count(*) FROM {SESSIONS}", role))

        await until(sessions, lambda left: left == 0, what=f"the end of {name}'s sessions")
        await self._connection.execute("DELETE FROM commit_locks WHERE name = ANY ($1)", held)


@asynccontextmanager
async def commit_locks(stack: Stack, *names: str) -> AsyncIterator[CommitLocks]:
    """Hold the next commit of each name: ``Deposit ConversionOpened``, ``messages``."""
    connection = await asyncpg.connect(stack.dsn)
    try:
        await connection.execute(INSTALL)
        for number, name in enumerate(names):
            await connection.execute("INSERT INTO commit_locks VALUES ($1, $2)", number, name)
            await connection.execute("SELECT pg_advisory_lock($1, $2)", SPACE, number)
        yield CommitLocks(connection, stack)
    finally:
        await connection.execute("SELECT pg_advisory_unlock_all()")
        await connection.execute(REMOVE)
        await connection.close()
