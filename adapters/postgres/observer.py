"""Who is told about queries."""

from __future__ import annotations

from abc import abstractmethod
from enum import Enum
from typing import Protocol


class Outcome(Enum):
    """How a query ended, as the label of a metric."""

    OK = "ok"
    REFUSED = "refused"
    """The database said no to its values, or to a conflict of concurrent writers."""
    TIMED_OUT = "timed_out"
    FAILED = "failed"
    ABANDONED = "abandoned"
    """Whoever asked has gone."""


class QueryObserver(Protocol):
    """Is told of every query when it has ended. It must not raise, and there is nobody to wait for it."""

    @abstractmethod
    def on_query(self, name: str, *, duration_s: float, outcome: Outcome) -> None:
        """``duration_s`` is the time on the connection, without the wait for one."""


class NullQueryObserver(QueryObserver):
    """Nobody."""

    def on_query(self, name: str, *, duration_s: float, outcome: Outcome) -> None:
        """Nothing."""
