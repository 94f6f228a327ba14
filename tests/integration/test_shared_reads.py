"""Processes that are read together."""

from __future__ import annotations

import attrs

from adapters.postgres.group_commit import GroupCommit
from adapters.postgres.observer import Outcome, QueryObserver
from adapters.postgres.pool import open_pool
from adapters.postgres.processes import PostgresProcesses
from adapters.postgres.settings import PostgresSettings
from domain.ids import ProcessId
from tests.support import builders as a


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
