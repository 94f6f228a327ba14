"""Runs of reconciliation over all owners: in turns, each of which takes a slice of them."""

from __future__ import annotations

from datetime import timedelta

import attrs

from domain.ids import FIRM
from domain.operations import Reconciled
from domain.processes.facts.reconciliation import OwnersReconciled
from domain.processes.kinds import kind_of
from domain.processes.operations import runs
from domain.reconciliation.break_record import Break, BreakStage
from domain.reconciliation.run import ReconciliationRun, RunScope, RunStage
from domain.reconciliation.schedule import ReconciliationSchedule
from domain.services.commits.processes import ProcessService
from domain.services.operations.break_counts import reconciled
from domain.services.operations.break_records import CAUSE
from domain.services.operations.reconciliation import ReconciliationService
from ports.clock import Clock
from ports.ids import Ids
from ports.processes import LookupKeyTaken, Processes, StaleVersion
from ports.search import Search

BREAKS_MAX = 1000
RUNS_MAX = 300
"""Among so many of the newest runs there is one of each scope."""


@attrs.frozen
class ReconciliationRunService:
    """A run survives its worker: the record says where it has come to, and any worker continues."""

    _reconciliation: ReconciliationService
    _processes: Processes
    _search: Search
    _commits: ProcessService
    _clock: Clock
    _ids: Ids
    _schedule: ReconciliationSchedule

    async def turn(self) -> ReconciliationRun | None:
        """Compare the next owners of the run under way, or of the next one if it is due."""
        run = await self._current() or await self._begun()
        if run is None:
            return None
        fact = await self._slice(run)
        try:
            advanced = await self._commits.apply(run.id, fact, cause=CAUSE)
        except StaleVersion:
            return None
        return advanced if isinstance(advanced, ReconciliationRun) else None

    async def state(self) -> Reconciled:
        """The open breaks, of which the newest ``BREAKS_MAX`` are counted, and the ages of runs."""
        at = self._clock.now()
        open_ = await self._search.in_stages(
            {kind_of(Break): [BreakStage.OPEN.value]}, before=None, limit=BREAKS_MAX
        )
        runs_ = await self._search.in_stages(
            {kind_of(ReconciliationRun): [RunStage.DONE.value]}, before=None, limit=RUNS_MAX
        )
        ended: dict[RunScope, timedelta] = {}
        for run in (each.record for each in runs_):
            if isinstance(run, ReconciliationRun) and run.ended_at:
                ended.setdefault(run.scope, at - run.ended_at)
        breaks = [each.record for each in open_ if isinstance(each.record, Break)]
        return reconciled(breaks, ended, at=at)

    async def _current(self) -> ReconciliationRun | None:
        found = await self._processes.of_investor(
            FIRM, kind=ReconciliationRun, stage=RunStage.RUNNING.value, limit=1
        )
        return found[0].record if found else None

    async def _begun(self) -> ReconciliationRun | None:
        """A complete run once in its period, else one of balances once in its own."""
        now = self._clock.now()
        periods = {
            RunScope.COMPLETE: self._schedule.complete_s,
            RunScope.BALANCES: self._schedule.cycle_s,
        }
        for scope, period_s in periods.items():
            period = int(now.timestamp() // period_s)
            if await self._processes.find(runs.name_of(scope, period=period)) is not None:
                continue
            run = ReconciliationRun(id=self._ids.new(), scope=scope, started_at=now)
            try:
                await self._commits.commit_together(opened=(runs.begin(run, period=period),))
            except LookupKeyTaken:
                return None
            return run
        return None

    async def _slice(self, run: ReconciliationRun) -> OwnersReconciled:
        """The next owners; the firm is the first of each run, and its books are checked then too."""
        started, is_complete = self._clock.now(), run.scope is RunScope.COMPLETE
        page = await self._reconciliation.owners(after=run.after, limit=self._schedule.owners_max)
        after, results = run.after, []
        if run.after is None and run.owners == 0:
            results.append(await self._reconciliation.check(FIRM, complete=is_complete))
            if is_complete:
                await self._reconciliation.check_ledger()
        for count, each in enumerate(page):
            late = (self._clock.now() - started).total_seconds() > self._schedule.turn_s
            if late and count:
                break
            results.append(await self._reconciliation.check(each.investor_id, complete=is_complete))
            after = each.id
        is_last = len(page) < self._schedule.owners_max and (not page or after == page[-1].id)
        readings = [reading for result in results for reading in result.readings]
        return OwnersReconciled(
            at=self._clock.now(),
            after=after,
            owners=len(results),
            differences=sum(len(reading.differences) for reading in readings),
            unreadable=sum(len(result.unreadable) for result in results),
            unsteady=sum(len(reading.unsteady) for reading in readings),
            is_last=is_last,
        )
