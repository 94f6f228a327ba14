"""
Group commit: units of concurrent callers share one transaction.

Each lane takes whatever is waiting, writes it in one call and tells every caller their own outcome. A
lone caller is written at once; under load the batches grow by themselves, since units gather while the
lanes are busy. There is no timer to tune.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from adapters.postgres.pool import Pool
from adapters.postgres.queries import QUERIES
from adapters.postgres.settings import PostgresSettings
from ports.errors import StoreUnavailable

TRIES_MAX = 4
_TRANSIENT = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)


class GroupCommit:
    """Writes units; ``commit`` answers with the name of the violated rule, or ``""``."""

    def __init__(self, pool: Pool, settings: PostgresSettings) -> None:
        self._pool = pool
        self._settings = settings
        self._waiting: deque[tuple[str, asyncio.Future[str]]] = deque()
        self._arrived = asyncio.Event()

    async def commit(self, unit: str) -> str:
        """Write one JSON unit. Raises ``StoreUnavailable``."""
        if len(self._waiting) >= self._settings.commit_backlog_max:
            raise StoreUnavailable("too many writes are waiting")
        outcome: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._waiting.append((unit, outcome))
        self._arrived.set()
        return await outcome

    async def run(self) -> None:
        """Serve callers until cancelled."""
        async with asyncio.TaskGroup() as group:
            for _ in range(self._settings.commit_lanes):
                group.create_task(self._lane())

    async def _lane(self) -> None:
        while True:
            while not self._waiting:
                self._arrived.clear()
                await self._arrived.wait()
            size = min(len(self._waiting), self._settings.commit_units_max)
            await self._write([self._waiting.popleft() for _ in range(size)])

    async def _write(self, batch: list[tuple[str, asyncio.Future[str]]]) -> None:
        try:
            outcomes = await self._call([unit for unit, _ in batch])
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
            for _, future in batch:
                if not future.done():
                    future.set_exception(StoreUnavailable(f"{type(error).__name__}: {error}"))
            return
        for (_, future), outcome in zip(batch, outcomes, strict=True):
            if not future.done():
                future.set_result(outcome)

    async def _call(self, units: list[str]) -> list[str]:
        for attempt in range(1, TRIES_MAX + 1):
            try:
                outcomes: list[str] = await self._pool.fetchval(QUERIES["commit_units"], units)
            except _TRANSIENT:
                if attempt == TRIES_MAX:
                    raise
            else:
                return outcomes
        raise AssertionError("unreachable: the loop returns or raises")


@asynccontextmanager
async def running(commits: GroupCommit) -> AsyncIterator[GroupCommit]:
    """Serve in the background for as long as the context lasts."""
    task = asyncio.create_task(commits.run(), name="group-commit")
    try:
        yield commits
    finally:
        task.cancel()
        await asyncio.wait([task])
