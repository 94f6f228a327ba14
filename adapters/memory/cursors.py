"""Feed positions in memory."""

from __future__ import annotations

from datetime import datetime, timedelta

from adapters.memory.database import InMemoryDatabase
from ports.cursors import Cursors


class InMemoryCursors(Cursors):
    def __init__(self, database: InMemoryDatabase) -> None:
        self._database = database

    async def read(self, feed: str) -> str | None:
        return self._database.cursors.get(feed)

    async def advance(self, feed: str, position: str, *, at: datetime) -> None:
        self._database.cursors[feed] = position
        self._database.cursor_times[feed] = at

    async def take_turn(self, name: str, *, every: timedelta) -> bool:
        now, last = self._database.now(), self._database.cursor_times.get(name)
        if last is not None and last > now - every:
            return False
        self._database.cursor_times[name] = now
        return True
