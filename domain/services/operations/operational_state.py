"""Collects the operational state: backlogs, their ages, and the balance of the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import attrs

from domain.money import Asset, Money
from domain.operations import Balance, OperationalState, Queue, StageBacklog
from domain.processes import rulings
from domain.processes.kinds import kind_of
from domain.processes.review.at_stake import at_stake
from domain.processes.terminal import open_stages
from ports.backlog import Backlog, Backlogged
from ports.clock import Clock
from ports.jobs import Jobs
from ports.ledger import Ledger
from ports.search import Search

REVIEWS_MAX = 1000


@attrs.frozen
class OperationsService:
    _backlog: Backlog
    _jobs: Jobs
    _ledger: Ledger
    _clock: Clock
    _search: Search

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
            at_stake=await self._at_stake(),
        )

    async def _at_stake(self) -> Mapping[Asset, Money]:
        """The sums of the ``REVIEWS_MAX`` newest reviews."""
        stages = {kind_of(kind): [rulings.IN_REVIEW] for kind in rulings.REVIEWED}
        reviews = await self._search.in_stages(stages, before=None, limit=REVIEWS_MAX)
        sums: dict[Asset, Money] = {}
        for money in filter(None, (at_stake(each.record) for each in reviews)):
            sums[money.asset] = sums.get(money.asset, Money.zero(money.asset)) + money
        return sums

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
