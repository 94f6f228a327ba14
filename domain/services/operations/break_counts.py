"""Counts open breaks for the metrics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from domain.money import USD, USDC, Money
from domain.operations import Queue, Reconciled
from domain.reconciliation.break_record import Break
from domain.reconciliation.difference import BreakClass, Place
from domain.reconciliation.run import RunScope


def reconciled(
    breaks: Sequence[Break], run_ages: Mapping[RunScope, timedelta], *, at: datetime
) -> Reconciled:
    """Every place and class is counted, also those without a break."""
    queues = {
        (place, cls): _queue([b for b in breaks if (b.place, b.cls) == (place, cls)], at)
        for place in Place
        for cls in BreakClass
    }
    stakes = {
        place: Money(sum(_cents(b) for b in breaks if b.place is place), USD) for place in Place
    }
    return Reconciled(breaks=queues, at_stake=stakes, run_ages=run_ages)


def _queue(breaks: Sequence[Break], at: datetime) -> Queue:
    oldest = min((each.first_seen_at for each in breaks), default=at)
    return Queue(depth=len(breaks), age=max(at - oldest, timedelta()))


def _cents(found: Break) -> int:
    """The dollars of a break, whichever its sign; shares have no price here."""
    if found.asset == USD:
        return abs(found.amount.minor)
    return abs(found.amount.minor) // 10**4 if found.asset == USDC else 0
