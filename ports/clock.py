"""The only source of time, so that the whole system can run on another clock."""

from __future__ import annotations

from abc import abstractmethod
from datetime import datetime
from typing import Protocol, Self


class ClockSkewed(Exception):
    """Two clocks differ by more than is allowed. The message says which, by how much and what to do."""

    @classmethod
    def of_machine(cls, skew_s: float, *, skew_max_s: float) -> Self:
        """``skew_s`` is how far this machine's clock is ahead of the database's; negative if behind."""
        way = "ahead of" if skew_s > 0 else "behind"
        return cls(
            f"this machine's clock is {abs(skew_s):.1f} s {way} PostgreSQL's, and clock.skew_max_s is "
            f"{skew_max_s:g}: synchronise the clocks of both (chronyc tracking), then start again"
        )

    @classmethod
    def of_database(cls, jump_s: float, *, skew_max_s: float) -> Self:
        """The database's clock jumped by ``jump_s`` between two measurements."""
        way = "forward" if jump_s > 0 else "back"
        return cls(
            f"PostgreSQL's clock has jumped {way} by {abs(jump_s):.1f} s, and clock.skew_max_s is "
            f"{skew_max_s:g}: synchronise the clock of its server (chronyc tracking), then start again"
        )


class Clock(Protocol):
    @abstractmethod
    def now(self) -> datetime:
        """The current time, timezone-aware and in UTC."""

    @abstractmethod
    def monotonic(self) -> float:
        """Seconds since some moment, for durations: never set back, and never compared between machines."""

    @abstractmethod
    async def sleep(self, seconds: float) -> None:
        """Return when ``seconds`` of this clock have passed."""
