"""What is about the server, about the session and about the statement is told apart."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import asyncpg
import pytest

from adapters.postgres.jobs import PostgresJobs
from adapters.postgres.pool import Pool, open_pool
from adapters.postgres.probe import PostgresProbe
from adapters.postgres.queries import QUERIES
from adapters.postgres.settings import PostgresSettings
from ports.errors import StoreRefused, StoreUnavailable
from tests.support import builders as a
from tests.support.moving_name import moving_name
from tests.support.waiting import eventually

CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'review'"
NOT_HERE = "DO $$ BEGIN RAISE EXCEPTION 'not here' USING ERRCODE = '{}'; END $$"
TURN_READ_ONLY = """
    SELECT set_config('default_transaction_read_only', 'on', false) FROM pg_sleep(0.1)
"""
SIZE = 4


async def test_a_database_that_hangs_up_is_away_and_no_defect(database_url: str) -> None:
    settings = PostgresSettings(dsn=database_url, pool_size_max=2)
    async with open_pool(settings, application="review") as pool:
        jobs = PostgresJobs(pool)
        other = await asyncpg.connect(database_url)
        await other.execute(CUT)
        outcomes = [await _failure(jobs.backlog()) for _ in range(3)]
        await other.execute("ALTER TABLE jobs RENAME TO elsewhere")
        refused = await _failure(jobs.claim(limit=1, lease_s=1))
        await other.close()
    assert all(each is None or isinstance(each, StoreUnavailable) for each in outcomes)
    assert isinstance(refused, StoreRefused)


async def _pids(pool: Pool) -> set[int]:
    """The sessions behind all connections, each busy at the same time."""
    asked = [pool.fetchval("SELECT pg_backend_pid() FROM pg_sleep(0.1)") for _ in range(2 * SIZE)]
    return set(await asyncio.gather(*asked))


async def _write(pool: Pool) -> None:
    await pool.execute(QUERIES["advance_cursor"], "trades", "1", a.AT)


async def _probe(pool: Pool) -> None:
    await PostgresProbe(pool).check()


@pytest.mark.situation(
    "PostgreSQL's primary is demoted; the open connections lead to it, new ones to its successor",
    must="the first answer 'read-only' is a 503 and costs all connections; the next write succeeds",
)
@pytest.mark.parametrize("state", ["25006", "57P01"])
async def test_not_here_costs_every_connection(
    database_url: str, was: Callable[[str], None], state: str
) -> None:
    settings = PostgresSettings(dsn=database_url, pool_size_max=SIZE)
    async with open_pool(settings, application="review") as pool:
        first = await _pids(pool)
        refused = await _failure(pool.execute(NOT_HERE.format(state)))
        await _write(pool)
        second = await _pids(pool)
    was(f"{type(refused).__name__}, then {len(first & second)} of {len(first)} connections kept")
    assert type(refused) is StoreUnavailable
    assert refused.retryable
    assert len(first) == SIZE
    assert not first & second


@pytest.mark.parametrize("act", [_write, _probe], ids=["write", "probe"])
async def test_sessions_that_say_they_are_read_only_are_not_used(
    database_url: str, act: Callable[[Pool], Awaitable[None]]
) -> None:
    settings = PostgresSettings(dsn=database_url, pool_size_max=SIZE)
    async with open_pool(settings, application="review") as pool:
        first = await _pids(pool)
        await asyncio.gather(*(pool.fetchval(TURN_READ_ONLY) for _ in range(SIZE)))
        await act(pool)
        assert not first & await _pids(pool)


@pytest.mark.situation(
    "An operator makes the whole database read-only and writable again",
    must="503 while it lasts, also for readiness; reads are not served by it; then all is well",
)
async def test_a_read_only_server_is_not_used_until_it_takes_writes(database_url: str) -> None:
    name = database_url.rpartition("/")[2].partition("?")[0]
    settings = PostgresSettings(dsn=database_url, pool_size_max=SIZE, acquire_timeout_s=0.5)
    other = await asyncpg.connect(database_url)
    async with open_pool(settings, application="review") as pool:
        await _write(pool)
        await other.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
        await other.execute(CUT)
        for act in (_write(pool), _probe(pool), pool.fetchval(QUERIES["read_cursor"], "trades")):
            assert isinstance(await _failure(act), StoreUnavailable)
        await other.execute("SET default_transaction_read_only = off")
        await other.execute(f'ALTER DATABASE "{name}" RESET default_transaction_read_only')
        await _write(pool)
        await _probe(pool)
    await other.close()


async def test_an_error_of_the_statement_costs_no_connection(database_url: str) -> None:
    settings = PostgresSettings(dsn=database_url, pool_size_max=SIZE)
    async with open_pool(settings, application="review") as pool:
        before = await _pids(pool)
        with pytest.raises(StoreRefused):
            await pool.fetchval("SELECT nothing FROM nowhere")
        with pytest.raises(asyncpg.DataError):
            await pool.fetchval("SELECT 1 / 0")
        assert await _pids(pool) == before


async def test_a_login_that_is_refused_is_about_the_server(database_url: str) -> None:
    wrong = database_url.replace("stack:", "stack:wrong", 1)
    with pytest.raises(StoreUnavailable):
        async with open_pool(PostgresSettings(dsn=wrong), application="review"):
            """Never reached."""


async def _failure(act: Awaitable[object]) -> BaseException | None:
    (outcome,) = await asyncio.gather(act, return_exceptions=True)
    return outcome if isinstance(outcome, BaseException) else None


@pytest.mark.situation(
    "A query is cancelled while PostgreSQL hangs",
    must="it is cancelled, within a bounded time, and not told as a time-out that a loop would survive",
)
async def test_a_cancellation_is_not_lost_to_a_server_that_hangs(database_url: str) -> None:
    with moving_name(database_url) as name:
        settings = PostgresSettings(dsn=name.url(database_url), pool_size_max=SIZE)
        async with open_pool(settings, application="review") as pool:
            asking = asyncio.create_task(pool.fetchval("SELECT pg_sleep(600)"))
            await eventually(lambda: pool.usage.busy == 1, "the query")
            name.hang()
            asking.cancel()
            await asyncio.wait({asking})
        assert asking.cancelled()
