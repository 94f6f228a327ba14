"""Bounded waiting in front of the connection pool."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Callable
from random import SystemRandom

import asyncpg
import attrs

from adapters.postgres.generation import Generation
from adapters.postgres.settings import PostgresSettings
from adapters.postgres.sqlstate_errors import CONNECT_ERRORS, closes_connection, ends_generation
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
    """
    Lends connections. Refuses a query that would wait too long or behind too many others.

    A connection on which the server reported an error about itself is terminated. If the server no longer
    takes writes, all connections to it are, and the next ones are opened to the server that does.
    """

    def __init__(
        self,
        connections: asyncpg.Pool,
        settings: PostgresSettings,
        *,
        generation: Generation | None = None,
        chance: Callable[[], float] = RANDOM,
    ) -> None:
        self._connections = connections
        self._settings = settings
        self._generation = generation or Generation()
        self._chance = chance
        self._waiting = 0
        self._busy = 0

    @property
    def usage(self) -> PoolUsage:
        return PoolUsage(
            size_max=self._settings.pool_size_max, busy=self._busy, waiting=self._waiting
        )

    @contextlib.asynccontextmanager
    async def connection(self) -> AsyncIterator[asyncpg.pool.PoolConnectionProxy]:
        """
        A connection for the duration of the block. Opening one is retried for a limited time.

        Raises ``StoreOverloaded`` if none becomes free in time, and asyncpg's errors if none can be opened.
        """
        connection = await self._acquired()
        generation = self._generation.of(connection)
        self._busy += 1
        try:
            yield connection
        except Exception as error:
            if ends_generation(error):
                self._generation.end(generation)
            if closes_connection(error):
                _terminate(connection)
            raise
        finally:
            self._busy -= 1
            await self._release(connection, generation)

    async def _release(self, connection: asyncpg.pool.PoolConnectionProxy, generation: int) -> None:
        """
        An abandoned query is cancelled on the server before the connection is free again.

        If the server does not answer to that either, the connection is terminated, and all others to it are
        given up. This is not raised: it would take the place of the caller's own cancellation.
        """
        try:
            await self._connections.release(connection, timeout=RELEASE_S)
        except TimeoutError:
            self._generation.end(generation)

    async def _acquired(self) -> asyncpg.pool.PoolConnectionProxy:
        if self._waiting >= self._settings.acquire_waiting_max:
            raise StoreOverloaded("too many queries are waiting for a connection")
        self._waiting += 1
        limit = asyncio.timeout(self._settings.acquire_timeout_s)
        try:
            async with limit:
                return await self._current()
        except TimeoutError as error:
            if not limit.expired():
                raise
            raise StoreOverloaded("no connection became free in time") from error
        finally:
            self._waiting -= 1

    async def _current(self) -> asyncpg.pool.PoolConnectionProxy:
        """A connection of the current generation; those of earlier ones are terminated."""
        for _ in range(self._settings.pool_size_max):
            connection = await self._opened()
            if self._generation.is_current(connection):
                return connection
            _terminate(connection)
        return await self._opened()

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


def _terminate(connection: asyncpg.pool.PoolConnectionProxy) -> None:
    """Close at once, which also frees the connection's place in the pool."""
    with contextlib.suppress(asyncpg.InterfaceError):  # it is closed already
        connection.terminate()
