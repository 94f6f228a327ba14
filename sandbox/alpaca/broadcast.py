"""Wakes the readers of the event streams."""

from __future__ import annotations

import asyncio


class Broadcast:
    """Wakes every waiting reader. It belongs to a running server: a state file keeps no waiting readers."""

    def __init__(self) -> None:
        self._next_signal = asyncio.Event()
        self.is_closed = False

    def __reduce__(self) -> tuple[type[Broadcast], tuple[()]]:
        return Broadcast, ()

    async def wait(self, *, timeout_s: float) -> bool:
        """True after a signal or ``close``; False on timeout."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._next_signal.wait()
        except TimeoutError:
            return False
        return True

    def signal(self) -> None:
        current, self._next_signal = self._next_signal, asyncio.Event()
        current.set()

    def close(self) -> None:
        """Signal for the last time, at the server's shutdown."""
        self.is_closed = True
        self.signal()
