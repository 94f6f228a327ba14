"""
The liveness of the worker's loops, published as heartbeats.

A kind of work sends its heartbeat only while each of its loops completes a turn in time. The heartbeat of a
loop that hangs stops, although its process runs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import attrs

from ports.clock import Clock
from ports.heartbeats import Heartbeats, WorkerKind

BEATS_MISSED_MAX = 3
"""After so many missed heartbeats a worker counts as gone."""

Touch = Callable[[], None]


def unwatched() -> None:
    """Do nothing: the loop is not watched."""


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
        """Return what a loop must call at every turn, at least every ``tolerance_s`` seconds."""
        loop = _Loop(kind, timedelta(seconds=tolerance_s), self._clock.now())
        self._loops.append(loop)

        def touch() -> None:
            loop.seen_at = self._clock.now()

        return touch

    def beating(self) -> Sequence[WorkerKind]:
        """The kinds whose loops have all called in time."""
        now = self._clock.now()
        silent = {loop.kind for loop in self._loops if now - loop.seen_at > loop.tolerance}
        return [kind for kind in WorkerKind if kind not in silent and self._has(kind)]

    async def beat(self, heartbeats: Heartbeats, *, every_s: float) -> None:
        """Publish the heartbeats; they last for ``BEATS_MISSED_MAX`` times ``every_s``."""
        lasts_s = max(1, round(every_s * BEATS_MISSED_MAX))
        for kind in self.beating():
            await heartbeats.beat(kind, lasts_s=lasts_s)

    def _has(self, kind: WorkerKind) -> bool:
        return any(loop.kind is kind for loop in self._loops)
