"""A clock that is set by hand."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from ports.clock import Clock

START = datetime(2026, 1, 5, 15, 0, tzinfo=UTC)
"""A Monday in the middle of the New York trading day."""


class ManualClock(Clock):
    """
    Time passes only on ``advance``, which wakes sleepers in the order of their times.

    With ``sleeping_advances`` a sleep advances the clock itself, for a single task that should not wait.
    """

    def __init__(self, at: datetime = START, *, sleeping_advances: bool = False) -> None:
        self._now = at
        self._sleeping_advances = sleeping_advances
        self._sleepers: list[tuple[datetime, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return (self._now - START).total_seconds()

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0 or self._sleeping_advances:
            self.advance(max(seconds, 0.0))
            await asyncio.sleep(0)
            return
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((self._now + timedelta(seconds=seconds), woken))
        await woken

    def advance(self, seconds: float) -> None:
        """Let ``seconds`` pass and wake the sleepers whose time has come."""
        self._now += timedelta(seconds=seconds)
        due = sorted((s for s in self._sleepers if s[0] <= self._now), key=lambda s: s[0])
        self._sleepers = [sleeper for sleeper in self._sleepers if sleeper[0] > self._now]
        for _, woken in due:
            if not woken.done():
                woken.set_result(None)
