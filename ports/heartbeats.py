"""Heartbeats: how one process knows that another is alive without calling it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Set as AbstractSet
from enum import Enum
from typing import Protocol


class WorkerKind(Enum):
    """The kinds of workers: running jobs, reading feeds, periodic tasks."""

    RELAY = "relay"
    FEEDS = "feeds"
    CHORES = "chores"


class Heartbeats(Protocol):
    """Raises ``OSError`` when heartbeats cannot be written or read, which must not stop any work."""

    @abstractmethod
    async def beat(self, kind: WorkerKind, *, lasts_s: int) -> None:
        """Record that a worker of this kind is alive; it counts as alive for ``lasts_s`` more seconds."""

    @abstractmethod
    async def alive(self) -> AbstractSet[WorkerKind]:
        """The kinds with at least one worker alive."""
