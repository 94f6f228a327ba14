"""The connection pool, with the limits that every query has."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import asyncpg

from adapters.postgres.failures import failure
from adapters.postgres.settings import PostgresSettings

_SAID_NO = (
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
)
_AWAY = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    # What the last words of a server that closes an idle connection look like to asyncpg.
    asyncpg.InternalClientError,
    OSError,
    TimeoutError,
)


class Pool:
    """
    One statement at a time, on whichever connection is free.

    Raises ``StoreUnavailable`` for a database that does not answer. What it says about the statement's
    own values, and the conflicts of concurrent writers, come through as asyncpg's errors.
    """

    def __init__(self, connections: asyncpg.Pool) -> None:
        self._connections = connections

    async def fetch(self, query: str, *values: object) -> list[asyncpg.Record]:
        with _told_apart():
            rows: list[asyncpg.Record] = await self._connections.fetch(query, *values)
            return rows

    async def fetchrow(self, query: str, *values: object) -> asyncpg.Record | None:
        with _told_apart():
            return await self._connections.fetchrow(query, *values)

    async def fetchval(self, query: str, *values: object) -> Any:
        with _told_apart():
            return await self._connections.fetchval(query, *values)

    async def execute(self, query: str, *values: object) -> str:
        """The command's status, such as ``DELETE 3``."""
        with _told_apart():
            status: str = await self._connections.execute(query, *values)
            return status


@contextmanager
def _told_apart() -> Iterator[None]:
    try:
        yield
    except _SAID_NO:
        raise
    except _AWAY as error:
        raise failure(error) from error


@asynccontextmanager
async def open_pool(settings: PostgresSettings, *, application: str) -> AsyncIterator[Pool]:
    """
    A pool that is closed on the way out; a connection that hangs on closing is cut.

    Raises ``StoreUnavailable``.
    """
    with _told_apart():
        connections = await asyncpg.create_pool(
            settings.dsn,
            min_size=2,
            max_size=settings.pool_size_max,
            command_timeout=settings.statement_timeout_s,
            # Nothing here changes a session's state, so a returned connection needs no reset round trip.
            reset=_no_reset,
            server_settings={
                "application_name": application,
                "statement_timeout": str(int(settings.statement_timeout_s * 1000)),
                "jit": "off",
            },
        )
    try:
        yield Pool(connections)
    finally:
        connections.terminate()


async def _no_reset(connection: asyncpg.Connection) -> None:
    """Keep the session as it is."""
