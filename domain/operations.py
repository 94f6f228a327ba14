"""The operational state: what is waiting, for how long, and whether the ledger balances."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

import attrs

from domain.ledger.account import Role
from domain.money import Asset, Money
from domain.reconciliation.difference import BreakClass, Place
from domain.reconciliation.run import RunScope


@attrs.frozen(kw_only=True)
class Queue:
    """``depth`` items wait, the oldest of them for ``age``."""

    depth: int
    age: timedelta


@attrs.frozen(kw_only=True)
class StageBacklog:
    kind: str
    stage: str
    queue: Queue


@attrs.frozen(kw_only=True)
class OperationalState:
    """
    The part that is cheap to collect, however much data there is.

    ``feeds`` holds the time since the position of each feed last changed. ``at_stake`` are the sums of what
    waits in manual review.
    """

    processes: Sequence[StageBacklog]
    jobs: Queue
    parked: Queue
    unsealed: Queue
    feeds: Mapping[str, timedelta]
    at_stake: Mapping[Asset, Money]


@attrs.frozen(kw_only=True)
class Balance:
    """``off`` is the difference of the two sides of the balance sheet by asset, which must be zero."""

    totals: Mapping[tuple[Role, Asset], Money]
    off: Mapping[Asset, Money]


@attrs.frozen(kw_only=True)
class Reconciled:
    """
    The open breaks, and how long ago the last run of each scope ended.

    ``at_stake`` is the sum of their dollars and USDC without signs, in cents.
    """

    breaks: Mapping[tuple[Place, BreakClass], Queue]
    at_stake: Mapping[Place, Money]
    run_ages: Mapping[RunScope, timedelta]
