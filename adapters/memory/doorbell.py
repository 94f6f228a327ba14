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
            await asyncio.wait_for(self._rung.wait(), timeout_s)
        except TimeoutError:
            return
        finally:
            self._rung.clear()
