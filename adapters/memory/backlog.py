"""The backlog in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from adapters.memory.database import InMemoryDatabase
from domain.processes.kinds import kind_of
from ports.backlog import COUNT_MAX, Backlog, Backlogged, StageCount, Waiting


class InMemoryBacklog(Backlog):
    def __init__(self, database: InMemoryDatabase) -> None:
        self._database = database

    async def by_stage(self, stages: Mapping[str, Sequence[str]]) -> Sequence[StageCount]:
        return [self._stage_count(kind, stage) for kind, names in stages.items() for stage in names]

    async def overdue(
        self, limits_s: Mapping[tuple[str, str], int], *, at: datetime, limit: int
    ) -> Sequence[Waiting]:
        found = [
            each
            for each in self._in(list(limits_s))
            if at - self._entered(each) > timedelta(seconds=limits_s[each.kind, each.stage])
        ]
        return found[:limit]

    async def unattended(
        self, stages: Sequence[tuple[str, str]], *, before: datetime, limit: int
    ) -> Sequence[Waiting]:
        worked_on = {
            job.process_id
            for job in self._database.jobs.values()
            if job.done_at is None and job.parked_at is None
        }
        found = [
            each
            for each in self._in(stages)
            if each.id not in worked_on and self._database.steps[each.id][-1].at < before
        ]
        return found[:limit]

    def _in(self, stages: Sequence[tuple[str, str]]) -> Sequence[Waiting]:
        every = [
            Waiting(id=each.record.id, kind=kind_of(each.record), stage=each.record.stage.value)
            for _, each in sorted(self._database.processes.items())
        ]
        return [each for each in every if (each.kind, each.stage) in stages]

    def _entered(self, waiting: Waiting) -> datetime:
        """When the process came into its stage."""
        return max(
            stored.at
            for stored in self._database.steps[waiting.id]
            if stored.step.record.stage.value == waiting.stage != stored.step.stage_before
        )

    async def unsealed(self) -> Backlogged:
        blocks = self._database.audit_blocks
        sealed = blocks[-1].block.last_id if blocks else 0
        backlogged = [
            record for number, record in self._database.audit_records.items() if number > sealed
        ]
        return Backlogged(
            count=min(len(backlogged), COUNT_MAX),
            oldest_at=backlogged[0].at if backlogged else None,
        )

    async def positions(self) -> Mapping[str, datetime]:
        return dict(self._database.cursor_times)

    def _stage_count(self, kind: str, stage: str) -> StageCount:
        began = [
            self._database.steps[process_id][0].at
            for process_id, stored in sorted(self._database.processes.items())
            if kind_of(stored.record) == kind and stored.record.stage.value == stage
        ]
        return StageCount(
            kind=kind,
            stage=stage,
            count=min(len(began), COUNT_MAX),
            oldest_at=began[0] if began else None,
        )
