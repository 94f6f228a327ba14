"""Heartbeats: how one process knows that another lives, without asking it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Set as AbstractSet
from enum import Enum
from typing import Protocol


class WorkerKind(Enum):
    """What workers do: carry out jobs, follow event streams, tidy up."""

    RELAY = "relay"
    FEEDS = "feeds"
    CHORES = "chores"


class Heartbeats(Protocol):
    """Raises ``OSError`` when they cannot be kept or read; nobody works less because of that."""

    @abstractmethod
    async def beat(self, kind: WorkerKind, *, lasts_s: int) -> None:
        """Say that a worker of this kind lives; it counts as alive for ``lasts_s`` more seconds."""

    @abstractmethod
    async def alive(self) -> AbstractSet[WorkerKind]:
        """The kinds of which some worker has beaten lately."""
