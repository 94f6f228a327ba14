"""Observers of queries."""

from __future__ import annotations

from abc import abstractmethod
from enum import Enum
from typing import Protocol


class Outcome(Enum):
    """How a query ended, as the label of a metric."""

    OK = "ok"
    REFUSED = "refused"
    """The database rejected its values, or it conflicted with concurrent writers."""
    TIMED_OUT = "timed_out"
    FAILED = "failed"
    ABANDONED = "abandoned"
    """The caller was cancelled."""


class QueryObserver(Protocol):
    """Called after every query. It must not raise and must not block."""

    @abstractmethod
    def on_query(self, name: str, *, duration_s: float, outcome: Outcome) -> None:
        """``duration_s`` is the time on the connection, excluding the wait for one."""


class NullQueryObserver(QueryObserver):
    """Ignores all queries."""

    def on_query(self, name: str, *, duration_s: float, outcome: Outcome) -> None:
        """Does nothing."""
