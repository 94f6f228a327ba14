"""Keeps the records of breaks true to what a reading found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import attrs

from domain.errors import DomainError
from domain.ids import InvestorId, ProcessId
from domain.processes.decision import Process
from domain.processes.facts.fact import Fact
from domain.processes.facts.reconciliation import DifferenceGone, DifferenceSeen
from domain.processes.operations import breaks
from domain.reconciliation.break_record import CURRENT, Break, BreakStage
from domain.reconciliation.difference import Difference, Place
from domain.reconciliation.schedule import ReconciliationSchedule
from domain.services.commits.processes import ProcessService
from domain.services.operations.readings import Reading
from ports.clock import Clock
from ports.errors import StoreUnavailable
from ports.ids import Ids
from ports.processes import PAGE_MAX, LookupKeyTaken, Processes, StaleVersion, Versioned, of_kind

CAUSE = "reconciliation"
PAGES_MAX = 20
"""At most 2,000 breaks of one owner are followed at a time."""

Key = tuple[Place, str, str]


@attrs.frozen
class BreakRecords:
    _processes: Processes
    _commits: ProcessService
    _ids: Ids
    _clock: Clock
    _schedule: ReconciliationSchedule

    async def current(self, owner: InvestorId) -> Sequence[Versioned[Break]]:
        """The breaks of ``owner`` that are not over."""
        found: list[Versioned[Break]] = []
        for stage in CURRENT:
            found += await self._in_stage(owner, stage)
        return found

    async def record(
        self, owner: InvestorId, reading: Reading, current: Sequence[Versioned[Break]]
    ) -> None:
        """Open, update and close breaks; another worker's update of the same break stands."""
        here = {_key(each.record): each for each in current if each.record.place is reading.place}
        at = self._clock.now()
        seen = set()
        for difference in reading.differences:
            key = (reading.place, str(difference.asset), difference.key)
            seen.add(key)
            if key in here:
                await self._see(here[key], difference, at)
            else:
                await self._notice(owner, reading.place, difference, at)
        for key, found in here.items():
            is_unjudged = found.record.asset in reading.unsteady
            if key not in seen and not found.record.is_declared and not is_unjudged:
                await self._apply(found.record.id, DifferenceGone(at=at))

    async def _in_stage(self, owner: InvestorId, stage: BreakStage) -> list[Versioned[Break]]:
        found: list[Versioned[Break]] = []
        before: ProcessId | None = None
        for _ in range(PAGES_MAX):
            page = await self._processes.of_investor(
                owner, kind=Break, stage=stage.value, before=before
            )
            found += page
            if len(page) < PAGE_MAX:
                break
            before = page[-1].record.id
        return found

    async def _see(self, found: Versioned[Break], difference: Difference, at: datetime) -> None:
        fact = DifferenceSeen(difference=difference, at=at, is_due=self._is_due(found.record, at))
        if breaks.decide(found.record, fact).record != found.record:
            await self._apply(found.record.id, fact)

    def _is_due(self, found: Break, at: datetime) -> bool:
        return at - found.first_seen_at >= self._schedule.grace

    async def _notice(
        self, owner: InvestorId, place: Place, difference: Difference, at: datetime
    ) -> None:
        noticed = Break(
            id=self._ids.new(),
            investor_id=owner,
            place=place,
            cls=difference.cls,
            key=difference.key,
            amount=difference.amount,
            first_seen_at=at,
            about=difference.about,
            evidence=difference.evidence,
            what=difference.what,
        )
        known = of_kind(await self._processes.find(breaks.name_of(noticed)), Break)
        if known is not None:
            await self._see(known, difference, at)
            return
        try:
            await self._commits.commit_together(opened=(breaks.notice(noticed),))
        except (LookupKeyTaken, StaleVersion):
            return

    async def _apply(self, process_id: ProcessId, fact: Fact) -> Process | None:
        try:
            return await self._commits.apply(process_id, fact, cause=CAUSE)
        except StoreUnavailable:
            raise
        except DomainError:
            return None


def _key(found: Break) -> Key:
    return (found.place, str(found.asset), found.key)
