"""
Group commit: units of concurrent callers share one transaction and one flush.

Each unit is still atomic, idempotent and refused on its own: see ``commit_units`` in the migrations.
"""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg

from adapters.postgres.pool import Pool
from adapters.postgres.queries import QUERIES
from adapters.postgres.settings import PostgresSettings
from adapters.postgres.shared import SharedCalls
from ports.errors import StoreUnavailable

TRIES_MAX = 4
UNSTORABLE = "unstorable"
"""The answer for a unit with a value that no column can hold."""

_TRANSIENT = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)


class GroupCommit:
    """Writes units; ``commit`` answers with the name of the violated rule, or ``""``."""

    def __init__(self, pool: Pool, settings: PostgresSettings) -> None:
        self._pool = pool
        self._lanes: SharedCalls[str, str] = SharedCalls(
            self._write,
            lanes=settings.commit_lanes,
            batch_max=settings.commit_units_max,
            waiting_max=settings.commit_backlog_max,
        )

    @property
    def waiting(self) -> int:
        """How many units wait for a lane."""
        return self._lanes.waiting

    async def commit(self, unit: str) -> str:
        """Write one JSON unit. Raises ``StoreUnavailable``."""
        return await self._lanes.ask(unit)

    async def _write(self, units: Sequence[str]) -> Sequence[str]:
        try:
            return await self._call(units)
        except asyncpg.DataError:
            # One unit cannot even be read by the database; it must not take the others with it.
            if len(units) == 1:
                return [UNSTORABLE]
            return [outcome for unit in units for outcome in await self._write([unit])]

    async def _call(self, units: Sequence[str]) -> Sequence[str]:
        for attempt in range(1, TRIES_MAX + 1):
            try:
                outcomes: list[str] = await self._pool.fetchval(QUERIES["commit_units"], units)
            except _TRANSIENT as error:
                if attempt == TRIES_MAX:
                    raise StoreUnavailable(type(error).__name__) from error
            else:
                return outcomes
        raise AssertionError("unreachable: the loop returns or raises")
