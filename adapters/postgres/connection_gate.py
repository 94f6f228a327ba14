"""Bounded waiting in front of the connection pool."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from random import SystemRandom

import asyncpg
import attrs

from adapters.postgres.settings import PostgresSettings
from adapters.postgres.sqlstate_errors import CONNECT_ERRORS
from adapters.resilience.policy import DATABASE
from ports.errors import StoreOverloaded

RANDOM = SystemRandom().random

RELEASE_S = 1.0
"""How long the return of a connection may take before the connection is terminated."""


@attrs.frozen(kw_only=True)
class PoolUsage:
    """The maximum of connections, those in use, and the queries waiting for one."""

    size_max: int
    busy: int
    waiting: int


class ConnectionGate:
    """Lends connections. Refuses a query that would wait too long or behind too many others."""

    def __init__(
        self,
        connections: asyncpg.Pool,
        settings: PostgresSettings,
        *,
        chance: Callable[[], float] = RANDOM,
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
        A connection for the duration of the block. Opening one is retried for a limited time.

        Raises ``StoreOverloaded`` if none becomes free in time, and asyncpg's errors if none can be opened.
        """
        connection = await self._acquired()
        self._busy += 1
        try:
            yield connection
        finally:
            self._busy -= 1
            # An abandoned query is cancelled on the server before the connection is free again.
            await self._connections.release(connection, timeout=RELEASE_S)

    async def _acquired(self) -> asyncpg.pool.PoolConnectionProxy:
        if self._waiting >= self._settings.acquire_waiting_max:
            raise StoreOverloaded("too many queries are waiting for a connection")
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
        """Retries by the policy ``DATABASE``; no try begins after ``acquire_timeout_s``."""
        loop = asyncio.get_running_loop()
        ends_at = loop.time() + self._settings.acquire_timeout_s
        for attempt in itertools.count(1):
            try:
                return await self._connections.acquire()
            except CONNECT_ERRORS:
                wait_s = DATABASE.wait_s(attempt, chance=self._chance())
                if not DATABASE.allows(attempt, wait_s=wait_s, left_s=ends_at - loop.time()):
                    raise
            await asyncio.sleep(wait_s)
        raise AssertionError("unreachable: the policy ends")
