"""Probes: whether each thing we depend on is there."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol


class Probe(Protocol):
    """A check of one dependency. ``critical`` ones decide readiness; others only degrade it."""

    @property
    @abstractmethod
    def name(self) -> str: ...

    @property
    @abstractmethod
    def critical(self) -> bool: ...

    @abstractmethod
    async def check(self) -> None:
        """Raises whatever is wrong."""
