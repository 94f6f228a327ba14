"""The system clock: the only use of ``datetime.now`` and of a real sleep."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime

from ports.clock import Clock


class SystemClock(Clock):
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
