"""The way to a connection: a queue with an end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import attrs

from adapters.postgres.settings import PostgresSettings
from ports.errors import StoreOverloaded


@attrs.frozen(kw_only=True)
class Usage:
    """How many connections there may be, how many are taken, and how many queries wait for one."""

    size_max: int
    busy: int
    waiting: int


class Gate:
    """Lends connections. Who would wait too long, or behind too many, is refused instead."""

    def __init__(self, connections: asyncpg.Pool, settings: PostgresSettings) -> None:
        self._connections = connections
        self._settings = settings
        self._waiting = 0
        self._busy = 0

    @property
    def usage(self) -> Usage:
        return Usage(size_max=self._settings.pool_size_max, busy=self._busy, waiting=self._waiting)

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[asyncpg.pool.PoolConnectionProxy]:
        """
        A connection for as long as the block runs.

        Raises ``StoreOverloaded`` if none is free in time, and asyncpg's errors if one cannot be opened.
        """
        connection = await self._taken()
        self._busy += 1
        try:
            yield connection
        finally:
            self._busy -= 1
            # A query that was given up is cancelled on the server before the connection is free.
            limit_s = self._settings.statement_timeout_s
            await self._connections.release(connection, timeout=limit_s)

    async def _taken(self) -> asyncpg.pool.PoolConnectionProxy:
        if self._waiting >= self._settings.acquire_waiting_max:
            raise StoreOverloaded("too many are waiting for a connection")
        self._waiting += 1
        limit = asyncio.timeout(self._settings.acquire_timeout_s)
        try:
            async with limit:
                return await self._connections.acquire()
        except TimeoutError as error:
            if not limit.expired():
                raise
            raise StoreOverloaded("no connection became free in time") from error
        finally:
            self._waiting -= 1
