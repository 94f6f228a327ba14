"""
The worker's pulse: which of its loops have come round lately, told to everybody by heartbeats.

A kind of work beats only while all of its loops do come round. One that hangs is silent, although its
process runs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import attrs

from ports.clock import Clock
from ports.heartbeats import Heartbeats, WorkerKind

BEATS_MISSED_MAX = 3
"""A worker counts as gone when so many of its beats have not come."""

Touch = Callable[[], None]


def unwatched() -> None:
    """For a loop that nobody watches."""


@attrs.define
class _Loop:
    kind: WorkerKind
    tolerance: timedelta
    seen_at: datetime


class LoopWatchdog:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._loops: list[_Loop] = []

    def loop(self, kind: WorkerKind, *, tolerance_s: float) -> Touch:
        """What a loop calls each time it comes round, at least every ``tolerance_s``."""
        loop = _Loop(kind, timedelta(seconds=tolerance_s), self._clock.now())
        self._loops.append(loop)

        def touch() -> None:
            loop.seen_at = self._clock.now()

        return touch

    def beating(self) -> Sequence[WorkerKind]:
        """The kinds of which every loop has come round in time."""
        now = self._clock.now()
        silent = {loop.kind for loop in self._loops if now - loop.seen_at > loop.tolerance}
        return [kind for kind in WorkerKind if kind not in silent and self._has(kind)]

    async def beat(self, heartbeats: Heartbeats, *, every_s: float) -> None:
        """Tell everybody, until the next beats are due."""
        lasts_s = max(1, round(every_s * BEATS_MISSED_MAX))
        for kind in self.beating():
            await heartbeats.beat(kind, lasts_s=lasts_s)

    def _has(self, kind: WorkerKind) -> bool:
        return any(loop.kind is kind for loop in self._loops)
