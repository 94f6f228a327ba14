"""Observes every query: its duration and outcome."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import asyncpg

from adapters.postgres.observer import Outcome, QueryObserver
from adapters.postgres.queries import name_of
from adapters.postgres.slow_queries import SlowLog
from adapters.postgres.sqlstate_errors import STATEMENT_ERRORS


class QueryWatch:
    """Reports each query to the observer, and slow ones to the slow log."""

    def __init__(self, observer: QueryObserver, slow: SlowLog) -> None:
        self._observer = observer
        self._slow = slow

    @asynccontextmanager
    async def over(
        self,
        connection: asyncpg.pool.PoolConnectionProxy,
        query: str,
        values: Sequence[object],
    ) -> AsyncIterator[None]:
        """Around one query on its connection. Exceptions pass through."""
        name, outcome, began_s = name_of(query), Outcome.OK, time.perf_counter()
        try:
            yield
        except BaseException as error:
            outcome = _outcome(error)
            raise
        finally:
            duration_s = time.perf_counter() - began_s
            self._observer.on_query(name, duration_s=duration_s, outcome=outcome)
            if self._slow.is_slow(duration_s) and outcome is not Outcome.ABANDONED:
                await self._slow.log(connection, query, values, name=name, duration_s=duration_s)


def _outcome(error: BaseException) -> Outcome:
    match error:
        case asyncio.CancelledError() | GeneratorExit():
            return Outcome.ABANDONED
        case TimeoutError() | asyncpg.QueryCanceledError():
            return Outcome.TIMED_OUT
        case _ if isinstance(error, STATEMENT_ERRORS):
            return Outcome.REFUSED
        case _:
            return Outcome.FAILED
