"""What a slow, a stuck and a crowded database mean: a limit, a line in the log, a refusal."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import attrs
import pytest
from structlog.testing import capture_logs

from adapters.postgres.batching import Batcher
from adapters.postgres.observer import Outcome, QueryObserver
from adapters.postgres.pool import Pool, open_pool
from adapters.postgres.queries import QUERIES, name_of
from adapters.postgres.settings import PostgresSettings
from ports.errors import StoreContended, StoreOverloaded, StoreTimedOut
from tests.support.crowding import PATIENT, all_taken
from tests.support.waiting import LIMIT_S, eventually

SECRET = "ada@example.org"
ASLEEP = """
    SELECT count(*) FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event = 'PgSleep'
"""


@attrs.define
class Notes(QueryObserver):
    """Remembers what it was told."""

    all: list[tuple[str, Outcome]] = attrs.field(factory=list)

    def on_query(self, name: str, *, duration_s: float, outcome: Outcome) -> None:
        assert duration_s >= 0
        self.all.append((name, outcome))


@asynccontextmanager
async def pool_on(
    dsn: str, *, observer: QueryObserver | None = None, **limits: Any
) -> AsyncIterator[Pool]:
    settings = PostgresSettings(dsn=dsn, pool_size_max=2, **limits)
    async with open_pool(settings, application="limits", observer=observer or Notes()) as pool:
        yield pool


async def setting(pool: Pool, name: str) -> str:
    value: str = await pool.fetchval("SELECT current_setting($1)", name)
    return value


async def test_the_server_keeps_every_limit_too(database_url: str) -> None:
    async with pool_on(database_url) as pool:
        assert await setting(pool, "statement_timeout") == "5s"
        assert await setting(pool, "lock_timeout") == "4s"
        assert await setting(pool, "idle_in_transaction_session_timeout") == "10s"


async def test_a_query_is_given_up_at_its_limit_and_the_connection_is_of_use_again(
    database_url: str,
) -> None:
    notes = Notes()
    async with pool_on(database_url, observer=notes, statement_timeout_s=0.2) as pool:
        async with asyncio.timeout(LIMIT_S):
            with pytest.raises(StoreTimedOut):
                await pool.fetchval("SELECT pg_sleep($1)", 2 * LIMIT_S)
        assert await pool.fetchval("SELECT 1") == 1
    assert notes.all == [("unnamed", Outcome.TIMED_OUT), ("unnamed", Outcome.OK)]


async def test_our_own_clock_gives_up_a_query_where_the_server_does_not(database_url: str) -> None:
    async with pool_on(database_url, statement_timeout_s=0.2) as pool:
        await pool.execute("SET statement_timeout = 0")
        async with asyncio.timeout(LIMIT_S):
            with pytest.raises(StoreTimedOut):
                await pool.fetchval("SELECT pg_sleep($1)", 2 * LIMIT_S)


async def test_a_lock_that_another_holds_is_waited_for_no_longer_than_said(
    database_url: str,
) -> None:
    other = await asyncpg.connect(database_url)
    async with pool_on(database_url, lock_timeout_s=0.1) as pool, other.transaction():
        await other.execute("LOCK TABLE cursors")
        with pytest.raises(StoreContended):
            await pool.fetchval(QUERIES["read_cursor"], "trades")
    await other.close()


async def test_every_query_is_told_of_by_its_name(database_url: str) -> None:
    notes = Notes()
    async with pool_on(database_url, observer=notes) as pool:
        await pool.fetchval(QUERIES["read_cursor"], "trades")
        with pytest.raises(asyncpg.DataError):
            await pool.fetchval(QUERIES["read_cursor"], 1)
    assert notes.all == [("read_cursor", Outcome.OK), ("read_cursor", Outcome.REFUSED)]


async def test_a_caller_who_left_is_told_apart(database_url: str) -> None:
    notes = Notes()
    other = await asyncpg.connect(database_url)
    async with pool_on(database_url, observer=notes, **PATIENT) as pool:
        asking = asyncio.create_task(pool.fetchval("SELECT pg_sleep(600)"))
        await eventually(lambda: other.fetchval(ASLEEP), "the query at the server")
        asking.cancel()
        await asyncio.wait([asking])
    await other.close()
    assert notes.all == [("unnamed", Outcome.ABANDONED)]


def test_every_query_has_its_own_name() -> None:
    assert {name_of(text) for text in QUERIES.values()} == set(QUERIES)
    assert name_of("SELECT 1") == "unnamed"


async def test_a_slow_query_is_logged_by_name_and_a_quick_one_is_not(database_url: str) -> None:
    with capture_logs() as lines:
        async with pool_on(database_url, slow_query_s=LIMIT_S) as pool:
            await pool.fetchval("SELECT pg_sleep(0.25)")
        assert lines == []
        async with pool_on(database_url, slow_query_s=0.2) as pool:
            await pool.fetchval("SELECT pg_sleep(0.25)")
    (line,) = lines
    assert (line["event"], line["query"], line["log_level"]) == ("slow query", "unnamed", "warning")
    assert line["duration_ms"] >= 250
    assert "plan" not in line


async def test_the_plan_of_a_slow_query_is_logged_on_demand_and_without_its_values(
    database_url: str,
) -> None:
    async with pool_on(database_url, slow_query_s=1e-9, explain_slow=True) as pool:
        with capture_logs() as lines:
            await pool.fetch(QUERIES["processes_of_investor"], SECRET, "Deposit", None, None, 5)
    (line,) = lines
    assert line["query"] == "processes_of_investor"
    assert any("Index Scan on processes_by_investor" in node for node in line["plan"])
    assert SECRET not in str(line)


async def test_a_plan_that_cannot_be_had_changes_nothing(database_url: str) -> None:
    async with pool_on(database_url, slow_query_s=1e-9, explain_slow=True) as pool:
        with capture_logs() as lines:
            await pool.execute("SET application_name = 'x'")
    assert lines[0]["plan"] == ["no plan: PostgresSyntaxError"]


async def test_who_finds_no_connection_in_time_is_refused(database_url: str) -> None:
    async with pool_on(database_url, acquire_timeout_s=0.1, **PATIENT) as pool:
        async with all_taken(pool, database_url, connections=2):
            with pytest.raises(StoreOverloaded):
                await pool.fetchval("SELECT 1")
        assert await pool.fetchval("SELECT 1") == 1
        assert (pool.usage.busy, pool.usage.waiting) == (0, 0)


async def test_who_would_wait_behind_too_many_is_refused_at_once(database_url: str) -> None:
    async with (
        asyncio.timeout(2 * LIMIT_S),
        pool_on(
            database_url, acquire_waiting_max=3, acquire_timeout_s=3 * LIMIT_S, **PATIENT
        ) as pool,
    ):
        async with all_taken(pool, database_url, connections=2):
            waiting = [asyncio.create_task(pool.fetchval("SELECT 1")) for _ in range(3)]
            await eventually(lambda: pool.usage.waiting == 3, "three who wait")
            with pytest.raises(StoreOverloaded):
                await pool.fetchval("SELECT 1")
        assert await asyncio.gather(*waiting) == [1, 1, 1]


async def test_a_question_that_has_waited_too_long_is_refused_and_not_put() -> None:
    taken: list[int] = []

    async def call(questions: Sequence[int]) -> Sequence[int]:
        taken.extend(questions)
        loop = asyncio.get_running_loop()
        await eventually(lambda: loop.time() > asked_at_s + wait_max_s)
        return questions

    wait_max_s, asked_at_s = 0.05, asyncio.get_running_loop().time()
    batcher = Batcher(call, calls_max=1, batch_max=1, waiting_max=8, wait_max_s=wait_max_s)
    outcomes = await asyncio.gather(*(batcher.ask(n) for n in range(3)), return_exceptions=True)
    assert taken == [0]
    assert [type(outcome) for outcome in outcomes] == [int, StoreOverloaded, StoreOverloaded]
