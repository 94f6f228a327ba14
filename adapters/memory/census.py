"""The census in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from adapters.memory.database import InMemoryDatabase
from domain.processes.kinds import kind_of
from ports.census import COUNT_MAX, Census, Standing, Waiting


class InMemoryCensus(Census):
    def __init__(self, database: InMemoryDatabase) -> None:
        self._database = database

    async def standings(self, stages: Mapping[str, Sequence[str]]) -> Sequence[Standing]:
        return [self._standing(kind, stage) for kind, names in stages.items() for stage in names]

    async def unsealed(self) -> Waiting:
        blocks = self._database.audit_blocks
        sealed = blocks[-1].block.last_id if blocks else 0
        waiting = [
            record for number, record in self._database.audit_records.items() if number > sealed
        ]
        return Waiting(
            count=min(len(waiting), COUNT_MAX),
            oldest_at=waiting[0].at if waiting else None,
        )

    async def positions(self) -> Mapping[str, datetime]:
        return dict(self._database.cursor_times)

    def _standing(self, kind: str, stage: str) -> Standing:
        began = [
            self._database.steps[process_id][0].at
            for process_id, stored in sorted(self._database.processes.items())
            if kind_of(stored.record) == kind and stored.record.stage.value == stage
        ]
        return Standing(
            kind=kind,
            stage=stage,
            count=min(len(began), COUNT_MAX),
            oldest_at=began[0] if began else None,
        )
