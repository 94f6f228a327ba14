"""The search in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from adapters.memory.database import InMemoryDatabase
from domain.ids import InvestorId, ProcessId
from domain.processes.decision import Process
from domain.processes.kinds import kind_of
from ports.search import NAMESAKES_MAX, Found, Search


class InMemorySearch(Search):
    def __init__(self, database: InMemoryDatabase) -> None:
        self._database = database

    async def in_stages(
        self, stages: Mapping[str, Sequence[str]], *, before: ProcessId | None, limit: int
    ) -> Sequence[Found]:
        def wanted(record: Process) -> bool:
            return record.stage.value in stages.get(kind_of(record), ())

        return self._page(wanted, before, limit)

    async def of_investor(
        self,
        investor_id: InvestorId,
        *,
        kind: type[Process],
        stage: str | None,
        before: ProcessId | None,
        limit: int,
    ) -> Sequence[Found]:
        def wanted(record: Process) -> bool:
            is_theirs = type(record) is kind and record.investor_id == investor_id
            return is_theirs and stage in {None, record.stage.value}

        return self._page(wanted, before, limit)

    async def by_id(self, process_ids: Sequence[ProcessId]) -> Sequence[Found]:
        return self._page(lambda record: record.id in process_ids, None, len(process_ids))

    async def named(self, namespace: str) -> Sequence[ProcessId]:
        names = [name for name in self._database.names if name.namespace == namespace]
        ordered = sorted(names, key=lambda name: name.value)[:NAMESAKES_MAX]
        return [self._database.names[name] for name in ordered]

    def _page(
        self, wanted: Callable[[Process], bool], before: ProcessId | None, limit: int
    ) -> Sequence[Found]:
        found = [
            self._found(process_id)
            for process_id, stored in self._database.processes.items()
            if wanted(stored.record) and (before is None or process_id < before)
        ]
        return sorted(found, key=lambda each: each.record.id, reverse=True)[:limit]

    def _found(self, process_id: ProcessId) -> Found:
        stored, steps = self._database.processes[process_id], self._database.steps[process_id]
        return Found(
            record=stored.record,
            version=stored.version,
            began_at=steps[0].at,
            moved_at=steps[-1].at,
            last_fact=kind_of(steps[-1].step.fact),
        )
