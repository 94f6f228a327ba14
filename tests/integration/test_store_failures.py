"""A connection that ends is told apart from a defect."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

import asyncpg

from adapters.postgres.jobs import PostgresJobs
from adapters.postgres.pool import open_pool
from adapters.postgres.settings import PostgresSettings
from ports.errors import StoreUnavailable


async def test_a_database_that_hangs_up_is_away_and_no_defect(database_url: str) -> None:
    settings = PostgresSettings(dsn=database_url, pool_size_max=2)
    async with open_pool(settings, application="review") as pool:
        jobs = PostgresJobs(pool)
        other = await asyncpg.connect(database_url)
        await other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'review'"
        )
        outcomes = [await _failure(jobs.backlog()) for _ in range(3)]
        await other.execute("ALTER TABLE jobs RENAME TO elsewhere")
        outcomes.append(await _failure(jobs.claim(limit=1, lease_s=1)))
        await other.close()
    assert all(each is None or isinstance(each, StoreUnavailable) for each in outcomes)


async def _failure(read: Awaitable[object]) -> BaseException | None:
    (outcome,) = await asyncio.gather(read, return_exceptions=True)
    return outcome if isinstance(outcome, BaseException) else None
