"""The system clock: the only use of ``datetime.now`` and of a real sleep."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from ports.clock import Clock


class SystemClock(Clock):
    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
