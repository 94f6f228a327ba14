"""Who counts and measures what the entrypoints do. They tell it, and never ask."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol

from domain.operations import Balance, OperationalState


class Meter(Protocol):
    """Everything here returns at once and does not raise. Labels come from sets that have an end."""

    @abstractmethod
    def request_began(self) -> None: ...

    @abstractmethod
    def request_ended(self, method: str, *, route: str, status: int, seconds: float) -> None:
        """``route`` is the template of the path."""

    @abstractmethod
    def chore(self, name: str, *, outcome: str) -> None: ...

    @abstractmethod
    def show(self, state: OperationalState) -> None: ...

    @abstractmethod
    def show_balance(self, balance: Balance) -> None: ...


class NullMeter(Meter):
    """Counts nothing."""

    def request_began(self) -> None:
        """Nothing."""

    def request_ended(self, method: str, *, route: str, status: int, seconds: float) -> None:
        """Nothing."""

    def chore(self, name: str, *, outcome: str) -> None:
        """Nothing."""

    def show(self, state: OperationalState) -> None:
        """Nothing."""

    def show_balance(self, balance: Balance) -> None:
        """Nothing."""


UNMETERED = NullMeter()
