"""What a process must know again after a restart: above all, up to where each feed has been read."""

from __future__ import annotations

from abc import abstractmethod
from datetime import datetime, timedelta
from typing import Protocol


class Cursors(Protocol):
    @abstractmethod
    async def read(self, feed: str) -> str | None: ...

    @abstractmethod
    async def advance(self, feed: str, position: str, *, at: datetime) -> None:
        """Store ``position``; everything before it has been committed."""

    @abstractmethod
    async def take_turn(self, name: str, *, every: timedelta) -> bool:
        """
        Whether no machine has had this turn for ``every``, by the clock of the store; now this one has it.

        ``name`` is none of a feed's.
        """
