"""A hint between processes that there is new work. Losing it costs time, never work."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol


class JobSignal(Protocol):
    @abstractmethod
    async def notify(self) -> None:
        """Wake whoever waits. Never raises."""

    @abstractmethod
    async def wait(self, timeout_s: float) -> None:
        """Return when somebody has rung since the last wait, or after ``timeout_s``."""
