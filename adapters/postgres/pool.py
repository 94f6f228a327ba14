"""The connection pool, with limits for every query."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import Any

import asyncpg

from adapters.postgres.connecting import connecting, connections_to
from adapters.postgres.connection_gate import ConnectionGate, PoolUsage
from adapters.postgres.generation import Generation
from adapters.postgres.observer import NullQueryObserver, QueryObserver
from adapters.postgres.query_watch import QueryWatch
from adapters.postgres.settings import PostgresSettings
from adapters.postgres.slow_queries import SlowLog
from adapters.postgres.sqlstate_errors import STATEMENT_ERRORS, STORE_ERRORS, failure

NULL_OBSERVER = NullQueryObserver()


class Pool:
    """
    Runs each statement on any free connection.

    Raises ``StoreOverloaded`` when no connection is free in time, ``StoreTimedOut`` for a query over its
    limit, ``StoreUnavailable`` for a server that does not answer or does not take writes, and
    ``StoreRefused`` for a statement that no server would accept. Errors about the statement's values and
    conflicts of concurrent writers are raised as asyncpg's errors.
    """

    def __init__(self, gate: ConnectionGate, watch: QueryWatch, *, limit_s: float) -> None:
        self._gate = gate
        self._watch = watch
        self._limit_s = limit_s

    @property
    def usage(self) -> PoolUsage:
        """How many connections are in use, and how many queries wait."""
        return self._gate.usage

    async def fetch(self, query: str, *values: object) -> list[asyncpg.Record]:
        async with self._connection(query, values) as connection:
            rows: list[asyncpg.Record] = await connection.fetch(
                query, *values, timeout=self._limit_s
            )
            return rows

    async def fetchrow(self, query: str, *values: object) -> asyncpg.Record | None:
        async with self._connection(query, values) as connection:
            return await connection.fetchrow(query, *values, timeout=self._limit_s)

    async def fetchval(self, query: str, *values: object) -> Any:
        async with self._connection(query, values) as connection:
            return await connection.fetchval(query, *values, timeout=self._limit_s)

    async def execute(self, query: str, *values: object) -> str:
        """The command's status, such as ``DELETE 3``."""
        async with self._connection(query, values) as connection:
            status: str = await connection.execute(query, *values, timeout=self._limit_s)
            return status

    @asynccontextmanager
    async def _connection(
        self, query: str, values: tuple[object, ...]
    ) -> AsyncIterator[asyncpg.pool.PoolConnectionProxy]:
        with _translated_errors():
            async with AsyncExitStack() as stack:
                with connecting():
                    connection = await stack.enter_async_context(self._gate.connection())
                await stack.enter_async_context(self._watch.over(connection, query, values))
                yield connection


@contextmanager
def _translated_errors() -> Iterator[None]:
    try:
        yield
    except STATEMENT_ERRORS:
        raise
    except STORE_ERRORS as error:
        raise failure(error) from error


@asynccontextmanager
async def open_pool(
    settings: PostgresSettings,
    *,
    application: str,
    observer: QueryObserver = NULL_OBSERVER,
) -> AsyncIterator[Pool]:
    """
    A pool to the primary, whose connections are terminated at the end of the context.

    ``observer`` is called after every query.

    Raises ``StoreUnavailable``.
    """
    generation = Generation()
    with _translated_errors():
        connections = await connections_to(settings, application=application, generation=generation)
    try:
        yield Pool(
            ConnectionGate(connections, settings, generation=generation),
            QueryWatch(observer, SlowLog(settings)),
            limit_s=settings.statement_timeout_s,
        )
    finally:
        connections.terminate()
