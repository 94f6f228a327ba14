"""
The sandbox's clock: real time multiplied by a speed, or stepped manually.

Everything that takes time at a provider (a block, a bank transfer, a review) is a timer here, so a
day can pass in a second and a test can stop time. Speed 0 stops the clock; ``advance``
then moves it.
"""

from __future__ import annotations

import asyncio
import heapq
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

STOPPED, REAL = 0.0, 1.0
"""The two speeds that have a name; every other one is accelerated or slowed down."""
TIMERS_PER_TURN_MAX = 500
TIMERS_PER_ADVANCE_MAX = 100_000

_log = logging.getLogger(__name__)


class SandboxClock:
    """Virtual time and its timers. Callbacks are plain functions and run in order of due time."""

    def __init__(self, *, start: datetime, speed: float = 1.0) -> None:
        self._virtual_start = start
        self._real_start_s = time.monotonic()
        self._speed = speed
        self._timers: list[tuple[datetime, int, Callable[[], None]]] = []
        self._timers_set = 0
        self.fired = 0
        self._firing: datetime | None = None
        self._changed = asyncio.Event()

    def __getstate__(self) -> dict[str, Any]:
        """The fields without those of this process: its real time and its event loop."""
        kept = self.__dict__ | {"_virtual_start": self.now()}
        return {name: kept[name] for name in kept if name not in {"_real_start_s", "_changed"}}

    def __setstate__(self, kept: dict[str, Any]) -> None:
        """Time continues where it stopped."""
        self.__dict__.update(kept, _real_start_s=time.monotonic(), _changed=asyncio.Event())

    @property
    def speed(self) -> float:
        return self._speed

    @property
    def pending(self) -> int:
        """How many timers have not fired yet."""
        return len(self._timers)

    def now(self) -> datetime:
        elapsed_s = (time.monotonic() - self._real_start_s) * self._speed
        return self._virtual_start + timedelta(seconds=elapsed_s)

    def stamp(self) -> str:
        """Now, as RFC 3339 in UTC with microseconds and a Z."""
        return self.now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def call_later(self, delay_s: float, callback: Callable[[], None]) -> None:
        """
        Run ``callback`` when ``delay_s`` virtual seconds have passed.

        A state file keeps the timers, so ``callback`` is a method or a ``partial`` of one.

        From inside a callback the delay counts from when that callback was due, so a chain of steps
        takes its nominal time however late the loop is.
        """
        due = (self._firing or self.now()) + timedelta(seconds=delay_s)
        self._timers_set += 1
        heapq.heappush(self._timers, (due, self._timers_set, callback))
        self._changed.set()

    def skip(self, seconds: float) -> None:
        """Move the clock forward and leave due timers to the loop."""
        self._rebase(self.now() + timedelta(seconds=seconds))
        self._changed.set()

    def set_speed(self, speed: float) -> None:
        self._rebase(self.now())
        self._speed = speed
        self._changed.set()

    def advance(self, seconds: float) -> None:
        """
        Move the clock forward and fire, at their own times, the timers that become due on the way.

        After ``TIMERS_PER_ADVANCE_MAX`` timers the rest fire at the loop's next turns.
        """
        target = self.now() + timedelta(seconds=seconds)
        for _ in range(TIMERS_PER_ADVANCE_MAX):
            if not self._is_due(target):
                break
            self._rebase(max(self._timers[0][0], self.now()))
            self._fire_next()
        self._rebase(max(target, self.now()))
        self._changed.set()

    def _rebase(self, now: datetime) -> None:
        self._virtual_start = now
        self._real_start_s = time.monotonic()

    async def run(self) -> None:
        """Fire due timers until cancelled."""
        while True:
            self._changed.clear()
            self._fire_due()
            try:
                async with asyncio.timeout(self._next_wait_s()):
                    await self._changed.wait()
            except TimeoutError:
                continue

    def _fire_due(self) -> None:
        now = self.now()
        for _ in range(TIMERS_PER_TURN_MAX):
            if not self._is_due(now):
                return
            self._fire_next()
        self._changed.set()

    def _is_due(self, moment: datetime) -> bool:
        return bool(self._timers) and self._timers[0][0] <= moment

    def _fire_next(self) -> None:
        outer = self._firing
        self._firing, _, callback = heapq.heappop(self._timers)
        self.fired += 1
        try:
            callback()
        except Exception:  # noqa: BLE001 - one provider's bug must not stop the clock
            _log.exception("a timer of the sandbox failed; the others continue")
        finally:
            self._firing = outer

    def _next_wait_s(self) -> float | None:
        if not self._timers or self._speed <= 0:
            return None
        return max((self._timers[0][0] - self.now()).total_seconds() / self._speed, 0.0)
