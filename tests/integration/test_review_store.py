"""What one bad row, one odd name or a database that went away may not do to anybody else."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

import asyncpg

from adapters.postgres.jobs import PostgresJobs
from adapters.postgres.lanes import Lanes
from adapters.postgres.pool import open_pool
from adapters.postgres.settings import PostgresSettings
from domain.ids import ProcessId
from ports.errors import StoreUnavailable
from tests.contract.stores import postgres_store
from tests.support import builders as a

PATIENCE_S = 3.0


async def test_a_record_that_cannot_be_read_stops_only_its_own_reader(database_url: str) -> None:
    async with postgres_store(database_url) as store:
        await store.processes.commit(a.unit(a.opening(a.deposit(1))))
        await store.processes.commit(a.unit(a.opening(a.deposit(2))))
        connection = await asyncpg.connect(database_url)
        await connection.execute("UPDATE processes SET state = '{}' WHERE id = $1", a.process_id(1))
        await connection.close()
        reads = [store.processes.get(a.process_id(n)) for n in (2, 1, 2)]
        first, broken, last = await asyncio.wait_for(
            asyncio.gather(*reads, return_exceptions=True), PATIENCE_S
        )
    assert isinstance(broken, Exception)
    assert first == last
    assert not isinstance(first, BaseException)


async def test_a_name_that_is_no_identity_is_nobodys(database_url: str) -> None:
    async with postgres_store(database_url) as store:
        await store.processes.commit(a.unit(a.opening(a.deposit(1))))
        reads = [store.processes.get(ProcessId("Re")), store.processes.get(a.process_id(1))]
        nobody, somebody = await asyncio.gather(*reads)
    assert nobody is None
    assert somebody is not None


async def test_a_call_that_breaks_tells_everybody_who_waits_for_it() -> None:
    async def call(_: object) -> list[str]:
        raise KeyError("a defect")

    lanes: Lanes[int, str] = Lanes(call, lanes=1, batch_max=8, waiting_max=8)
    answers = asyncio.gather(*(lanes.ask(n) for n in range(3)), return_exceptions=True)
    outcomes = await asyncio.wait_for(answers, PATIENCE_S)
    assert [type(outcome) for outcome in outcomes] == [KeyError] * 3


async def test_a_database_that_hangs_up_is_away_and_no_defect(database_url: str) -> None:
    settings = PostgresSettings(dsn=database_url, pool_size_max=2)
    async with open_pool(settings, application="review") as pool:
        jobs = PostgresJobs(pool)
        other = await asyncpg.connect(database_url)
        await other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'review'"
        )
        outcomes = [await _failure(jobs.backlog(at=a.AT)) for _ in range(3)]
        await other.execute("ALTER TABLE jobs RENAME TO elsewhere")
        outcomes.append(await _failure(jobs.claim(limit=1, lease_s=1, at=a.AT)))
        await other.close()
    assert all(each is None or isinstance(each, StoreUnavailable) for each in outcomes)


async def _failure(read: Awaitable[object]) -> BaseException | None:
    (outcome,) = await asyncio.gather(read, return_exceptions=True)
    return outcome if isinstance(outcome, BaseException) else None
