"""A hint between processes that there are new jobs. A lost hint costs time, but never a job."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol


class JobSignal(Protocol):
    @abstractmethod
    async def notify(self) -> None:
        """Wake all that wait. Never raises."""

    @abstractmethod
    async def wait(self, timeout_s: float) -> None:
        """Return when there was a signal since the last wait, or after ``timeout_s`` seconds."""
