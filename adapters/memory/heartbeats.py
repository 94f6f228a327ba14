"""Heartbeats in memory."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta

from ports.clock import Clock
from ports.heartbeats import Heartbeats, WorkerKind


class InMemoryHeartbeats(Heartbeats):
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until: dict[WorkerKind, datetime] = {}

    async def beat(self, kind: WorkerKind, *, lasts_s: int) -> None:
        self._until[kind] = self._clock.now() + timedelta(seconds=lasts_s)

    async def alive(self) -> AbstractSet[WorkerKind]:
        now = self._clock.now()
        return {kind for kind, until in self._until.items() if until > now}
