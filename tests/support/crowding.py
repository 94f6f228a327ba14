"""Keeps connections of a pool busy for as long as a test says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from adapters.postgres.pool import Pool
from tests.support.waiting import LIMIT_S, eventually

LOCK = 4711
PATIENT: Mapping[str, Any] = {"statement_timeout_s": 2 * LIMIT_S, "lock_timeout_s": 2 * LIMIT_S}
"""Settings of a pool whose queries wait as long as the test does."""


@asynccontextmanager
async def all_taken(pool: Pool, dsn: str, *, connections: int) -> AsyncIterator[None]:
    """The connections wait for a lock in the database, until the block is over."""
    holder = await asyncpg.connect(dsn)
    try:
        await holder.execute("SELECT pg_advisory_lock($1)", LOCK)
        waiting = [
            asyncio.create_task(pool.fetchval("SELECT pg_advisory_xact_lock_shared($1)", LOCK))
            for _ in range(connections)
        ]
        await eventually(lambda: pool.usage.busy == connections, "every connection busy")
        try:
            yield
        finally:
            await holder.execute("SELECT pg_advisory_unlock($1)", LOCK)
            await asyncio.gather(*waiting)
    finally:
        await holder.close()
