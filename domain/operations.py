"""How the house is: what waits, how long already, and whether the books add up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

import attrs

from domain.ledger.account import Role
from domain.money import Asset, Money


@attrs.frozen(kw_only=True)
class Queue:
    """So many wait; the one that waits longest has waited for ``age``."""

    depth: int
    age: timedelta


@attrs.frozen(kw_only=True)
class StageBacklog:
    kind: str
    stage: str
    queue: Queue


@attrs.frozen(kw_only=True)
class OperationalState:
    """What can be had at once, however much there is. ``feeds`` says since when each has not moved on."""

    processes: Sequence[StageBacklog]
    jobs: Queue
    unsealed: Queue
    feeds: Mapping[str, timedelta]


@attrs.frozen(kw_only=True)
class Balance:
    """``off`` is by how much the two sides of the balance sheet differ, by asset: always zero."""

    totals: Mapping[tuple[Role, Asset], Money]
    off: Mapping[Asset, Money]
