"""A doorbell inside one process."""

from __future__ import annotations

import asyncio

from ports.doorbell import Doorbell


class InMemoryDoorbell(Doorbell):
    def __init__(self) -> None:
        self._rung = asyncio.Event()

    async def ring(self) -> None:
        self._rung.set()

    async def wait(self, timeout_s: float) -> None:
        try:
            async with asyncio.timeout(timeout_s):
                await self._rung.wait()
        except TimeoutError:
            return
        finally:
            self._rung.clear()
