"""The metrics that the entrypoints write; they never read them."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol

from domain.operations import Balance, OperationalState, Reconciled


class Meter(Protocol):
    """No method blocks or raises. The values of labels come from finite sets."""

    @abstractmethod
    def request_began(self) -> None: ...

    @abstractmethod
    def request_ended(self, method: str, *, route: str, status: int, seconds: float) -> None:
        """``route`` is the path template."""

    @abstractmethod
    def periodic_task_ran(self, name: str, *, outcome: str) -> None: ...

    @abstractmethod
    def process_missed(self, how: str, *, kind: str, stage: str) -> None:
        """``how`` is ``overdue``, or ``unattended`` when no job worked on it."""

    @abstractmethod
    def show(self, state: OperationalState) -> None: ...

    @abstractmethod
    def show_balance(self, balance: Balance) -> None: ...

    @abstractmethod
    def show_reconciled(self, reconciled: Reconciled) -> None: ...


class NullMeter(Meter):
    """Records nothing."""

    def request_began(self) -> None:
        """Do nothing."""

    def request_ended(self, method: str, *, route: str, status: int, seconds: float) -> None:
        """Do nothing."""

    def periodic_task_ran(self, name: str, *, outcome: str) -> None:
        """Do nothing."""

    def process_missed(self, how: str, *, kind: str, stage: str) -> None:
        """Do nothing."""

    def show(self, state: OperationalState) -> None:
        """Do nothing."""

    def show_balance(self, balance: Balance) -> None:
        """Do nothing."""

    def show_reconciled(self, reconciled: Reconciled) -> None:
        """Do nothing."""


UNMETERED = NullMeter()
