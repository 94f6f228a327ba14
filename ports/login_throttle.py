"""Login throttling: each wrong password makes the wait longer, for all callers together."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Protocol

from ports.rate_limit import RateLimited

FREE = 4
"""The number of wrong attempts without a wait; the next one is followed by the first wait."""

WAIT_MAX_S = 900
MEMORY_S = 86_400
"""How long after the last attempt failures are remembered, in seconds."""


def _waits() -> Sequence[int]:
    waits, wait_s = [0] * FREE, 1
    while wait_s < WAIT_MAX_S:
        waits.append(wait_s)
        wait_s *= 2
    return (*waits, WAIT_MAX_S)


WAITS_S = _waits()
"""The wait after the first wrong attempt, the second, and so on; the last one repeats."""


class TooManyAttempts(RateLimited):
    """Too many failed attempts. Try again after the time given in Retry-After."""

    code = "ERR_2008"
    slug = "too-many-attempts"


class LoginThrottle(Protocol):
    @abstractmethod
    async def begin(self, name: str) -> None:
        """
        Count an attempt for ``name`` before its outcome is known, so that concurrent attempts count too.

        Raises ``TooManyAttempts`` during a wait; that attempt does not count. Raises
        ``RateLimiterUnavailable``.
        """

    @abstractmethod
    async def forget(self, name: str) -> None:
        """Reset the count after a correct attempt. Raises ``RateLimiterUnavailable``."""
