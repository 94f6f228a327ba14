"""Processes that are read together."""

from __future__ import annotations

import asyncio

import asyncpg
import attrs

from adapters.postgres.group_commit import GroupCommit
from adapters.postgres.observer import Outcome, QueryObserver
from adapters.postgres.pool import open_pool
from adapters.postgres.processes import PostgresProcesses
from adapters.postgres.settings import PostgresSettings
from domain.ids import ProcessId
from tests.contract.stores import postgres_store
from tests.support import builders as a
from tests.support.waiting import LIMIT_S


@attrs.define
class Names(QueryObserver):
    """Every query that was made."""

    seen: list[str] = attrs.field(factory=list)

    def on_query(self, name: str, *, duration_s: float, outcome: Outcome) -> None:
        self.seen.append(name)


async def test_those_asked_for_together_are_read_by_one_query(database_url: str) -> None:
    names = Names()
    settings = PostgresSettings(dsn=database_url)
    async with open_pool(settings, application="test", observer=names) as pool:
        processes = PostgresProcesses(pool, GroupCommit(pool, settings))
        await processes.commit(a.unit(a.opening(a.deposit(1)), a.opening(a.order(2))))
        names.seen.clear()
        nobody = ProcessId("no id at all")
        ids = [a.process_id(2), nobody, a.process_id(1).upper(), a.process_id(3)]
        found = await processes.get_all([ProcessId(each) for each in ids])
        assert [each and each.record for each in found] == [a.order(2), None, a.deposit(1), None]
        assert names.seen == ["processes_by_id"]
        assert await processes.get_all([nobody]) == [None]
        assert names.seen == ["processes_by_id"]


async def test_a_record_that_cannot_be_read_stops_only_its_own_reader(database_url: str) -> None:
    async with postgres_store(database_url) as store:
        await store.processes.commit(a.unit(a.opening(a.deposit(1))))
        await store.processes.commit(a.unit(a.opening(a.deposit(2))))
        connection = await asyncpg.connect(database_url)
        await connection.execute("UPDATE processes SET state = '{}' WHERE id = $1", a.process_id(1))
        await connection.close()
        reads = [store.processes.get(a.process_id(n)) for n in (2, 1, 2)]
        first, broken, last = await asyncio.wait_for(
            asyncio.gather(*reads, return_exceptions=True), LIMIT_S
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
