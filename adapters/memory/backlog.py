"""The backlog in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from adapters.memory.database import InMemoryDatabase
from domain.processes.kinds import kind_of
from ports.backlog import COUNT_MAX, Backlog, Backlogged, StageCount


class InMemoryBacklog(Backlog):
    def __init__(self, database: InMemoryDatabase) -> None:
        self._database = database

    async def by_stage(self, stages: Mapping[str, Sequence[str]]) -> Sequence[StageCount]:
        return [self._stage_count(kind, stage) for kind, names in stages.items() for stage in names]

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
