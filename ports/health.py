"""Probes: whether each dependency is available."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol


class Probe(Protocol):
    """A check of one dependency. Critical ones decide readiness; others only degrade it."""

    @property
    @abstractmethod
    def name(self) -> str: ...

    @property
    @abstractmethod
    def critical(self) -> bool: ...

    @abstractmethod
    async def check(self) -> None:
        """Raises any exception if the dependency is not available."""
