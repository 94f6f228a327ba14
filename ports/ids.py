"""The only source of identity and chance."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol

from domain.ids import ProcessId


class Ids(Protocol):
    @abstractmethod
    def new(self) -> ProcessId:
        """A fresh identity that sorts by the time it was made (UUID version 7)."""

    @abstractmethod
    def secret(self) -> str:
        """256 bits that nobody can guess, in characters that are safe in a URL."""

    @abstractmethod
    def fraction(self) -> float:
        """A number from 0 to 1, for jitter and nothing else."""
