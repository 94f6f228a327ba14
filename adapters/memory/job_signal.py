"""A job signal inside one process."""

from __future__ import annotations

import asyncio

from ports.job_signal import JobSignal


class InMemoryJobSignal(JobSignal):
    def __init__(self) -> None:
        self._notified = asyncio.Event()

    async def notify(self) -> None:
        self._notified.set()

    async def wait(self, timeout_s: float) -> None:
        try:
            async with asyncio.timeout(timeout_s):
                await self._notified.wait()
        except TimeoutError:
            return
        finally:
            self._notified.clear()
