"""The only source of time, so that the whole system can run on another clock."""

from __future__ import annotations

from abc import abstractmethod
from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    @abstractmethod
    def now(self) -> datetime:
        """The current time, timezone-aware and in UTC."""

    @abstractmethod
    def monotonic(self) -> float:
        """Seconds since some moment, for durations: never set back, and never compared between machines."""

    @abstractmethod
    async def sleep(self, seconds: float) -> None:
        """Return when ``seconds`` of this clock have passed."""
