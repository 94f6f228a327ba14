"""The only source of ids and randomness."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol

from domain.ids import ProcessId


class Ids(Protocol):
    @abstractmethod
    def new(self) -> ProcessId:
        """A new id that sorts by the time it was made (UUID version 7)."""

    @abstractmethod
    def secret(self) -> str:
        """256 random bits from a secure source, in characters that are safe in a URL."""

    @abstractmethod
    def fraction(self) -> float:
        """A number from 0 to 1, only for jitter."""
