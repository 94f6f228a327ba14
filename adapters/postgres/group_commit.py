"""
Group commit: units of work of concurrent callers share one transaction and one flush.

Each unit is still atomic, idempotent and refused individually. A refused batch is written again in halves,
each in its own transaction, down to the unit that violates a constraint; no locks are kept between them.
"""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg
import orjson

from adapters.postgres.batching import TracedBatcher
from adapters.postgres.pool import Pool
from adapters.postgres.queries import QUERIES
from adapters.postgres.settings import PostgresSettings
from adapters.postgres.units import Rows, together
from ports.errors import StoreRefused, StoreUnavailable

TRIES_MAX = 4
UNSTORABLE = "unstorable"
"""The result for a unit with a value that no column can hold."""

_TRANSIENT = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)


class GroupCommit:
    """
    Writes units; ``commit`` returns the name of the violated constraint, or ``""``.

    For a refusal that names no constraint, it returns the error's text.
    """

    def __init__(self, pool: Pool, settings: PostgresSettings) -> None:
        self._pool = pool
        self._batcher: TracedBatcher[Rows, str] = TracedBatcher(
            self._write,
            calls_max=settings.commit_lanes,
            batch_max=settings.commit_units_max,
            waiting_max=settings.commit_backlog_max,
        )

    @property
    def waiting(self) -> int:
        """How many units wait to be written."""
        return self._batcher.waiting

    async def commit(self, unit: Rows) -> str:
        """Write the rows of one unit. Raises ``StoreUnavailable``."""
        return await self._batcher.ask(unit)

    async def _write(self, units: Sequence[Rows]) -> Sequence[str]:
        violated = await self._write_together(units)
        if len(units) == 1 or not violated:
            return [violated] * len(units)
        half = len(units) // 2
        return [*await self._write(units[:half]), *await self._write(units[half:])]

    async def _write_together(self, units: Sequence[Rows]) -> str:
        """Write all or nothing; returns the constraint that one of them violates, or ``""``."""
        try:
            return await self._call(together(units))
        except (asyncpg.DataError, orjson.JSONEncodeError):
            return UNSTORABLE
        except StoreRefused as refused:
            return refused.detail

    async def _call(self, document: str) -> str:
        for attempt in range(1, TRIES_MAX + 1):
            try:
                violated: str = await self._pool.fetchval(QUERIES["commit_units"], document)
            except _TRANSIENT as error:
                if attempt == TRIES_MAX:
                    raise StoreUnavailable(type(error).__name__) from error
            else:
                return violated
        raise AssertionError("unreachable: the loop returns or raises")
