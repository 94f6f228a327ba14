"""Collects the operational state: backlogs, their ages, and the balance of the ledger."""

from __future__ import annotations

from datetime import datetime, timedelta

import attrs

from domain.money import Asset, Money
from domain.operations import Balance, OperationalState, Queue, StageBacklog
from domain.processes.terminal import open_stages
from ports.backlog import Backlog, Backlogged
from ports.clock import Clock
from ports.jobs import Jobs
from ports.ledger import Ledger


@attrs.frozen
class OperationsService:
    _backlog: Backlog
    _jobs: Jobs
    _ledger: Ledger
    _clock: Clock

    async def snapshot(self) -> OperationalState:
        at = self._clock.now()
        due, parked = await self._jobs.backlog(), await self._jobs.parked_backlog()
        return OperationalState(
            processes=[
                StageBacklog(
                    kind=each.kind,
                    stage=each.stage,
                    queue=Queue(depth=each.count, age=_since(each.oldest_at, at)),
                )
                for each in await self._backlog.by_stage(open_stages())
            ],
            jobs=Queue(depth=due.count, age=timedelta(seconds=due.oldest_s)),
            parked=Queue(depth=parked.count, age=timedelta(seconds=parked.oldest_s)),
            unsealed=_queue(await self._backlog.unsealed(), at),
            feeds={
                feed: _since(moved_at, at)
                for feed, moved_at in (await self._backlog.positions()).items()
            },
        )

    async def balance(self) -> Balance:
        """Sums all accounts, so the cost grows with their number; do not call it often."""
        totals = await self._ledger.totals()
        off: dict[Asset, Money] = {}
        for (role, asset), money in totals.items():
            debited = money if role.is_debit_normal else -money
            off[asset] = off.get(asset, Money.zero(asset)) + debited
        return Balance(totals=totals, off=off)


def _queue(backlogged: Backlogged, at: datetime) -> Queue:
    return Queue(depth=backlogged.count, age=_since(backlogged.oldest_at, at))


def _since(moment: datetime | None, at: datetime) -> timedelta:
    """Never negative: an item that is due later has not waited yet."""
    return max(at - moment, timedelta()) if moment else timedelta()
