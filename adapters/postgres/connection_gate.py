"""The way to a connection: a queue with an end."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from random import SystemRandom

import asyncpg
import attrs

from adapters.postgres.settings import PostgresSettings
from adapters.postgres.sqlstate_errors import UNREACHED
from adapters.resilience.policy import DATABASE
from ports.errors import StoreOverloaded

CHANCE = SystemRandom().random

RELEASE_S = 1.0
"""What a server has for giving a connection back before the connection is cut."""


@attrs.frozen(kw_only=True)
class PoolUsage:
    """How many connections there may be, how many are taken, and how many queries wait for one."""

    size_max: int
    busy: int
    waiting: int


class ConnectionGate:
    """Lends connections. Who would wait too long, or behind too many, is refused instead."""

    def __init__(
        self,
        connections: asyncpg.Pool,
        settings: PostgresSettings,
        *,
        chance: Callable[[], float] = CHANCE,
    ) -> None:
        self._connections = connections
        self._settings = settings
        self._chance = chance
        self._waiting = 0
        self._busy = 0

    @property
    def usage(self) -> PoolUsage:
        return PoolUsage(
            size_max=self._settings.pool_size_max, busy=self._busy, waiting=self._waiting
        )

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[asyncpg.pool.PoolConnectionProxy]:
        """
        A connection for as long as the block runs. One that cannot be opened is tried again for a while.

        Raises ``StoreOverloaded`` if none is free in time, and asyncpg's errors if none can be opened.
        """
        connection = await self._taken()
        self._busy += 1
        try:
            yield connection
        finally:
            self._busy -= 1
            # A query that was given up is cancelled on the server before the connection is free.
            await self._connections.release(connection, timeout=RELEASE_S)

    async def _taken(self) -> asyncpg.pool.PoolConnectionProxy:
        if self._waiting >= self._settings.acquire_waiting_max:
            raise StoreOverloaded("too many are waiting for a connection")
        self._waiting += 1
        limit = asyncio.timeout(self._settings.acquire_timeout_s)
        try:
            async with limit:
                return await self._opened()
        except TimeoutError as error:
            if not limit.expired():
                raise
            raise StoreOverloaded("no connection became free in time") from error
        finally:
            self._waiting -= 1

    async def _opened(self) -> asyncpg.pool.PoolConnectionProxy:
        """Tries as ``DATABASE`` says, none of which begins after ``acquire_timeout_s``."""
        loop = asyncio.get_running_loop()
        ends_at = loop.time() + self._settings.acquire_timeout_s
        for attempt in itertools.count(1):
            try:
                return await self._connections.acquire()
            except UNREACHED:
                wait_s = DATABASE.wait_s(attempt, chance=self._chance())
                if not DATABASE.allows(attempt, wait_s=wait_s, left_s=ends_at - loop.time()):
                    raise
            await asyncio.sleep(wait_s)
        raise AssertionError("unreachable: the policy ends")
