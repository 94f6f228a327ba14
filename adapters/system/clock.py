"""The machine's clocks: the only use of ``datetime.now`` and of a real sleep."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime

from ports.clock import Clock

_SINCE_BOOT = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""Counts the time in which the machine was suspended, as far as the platform can."""


class SystemClock(Clock):
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.clock_gettime(_SINCE_BOOT)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
