"""Guessing a password takes longer with each wrong guess, whoever guesses and from wherever."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Protocol

from ports.rate_limit import RateLimited

FREE = 4
"""So many wrong tries cost nothing; the one after them is followed by the first wait."""

WAIT_MAX_S = 900
MEMORY_S = 86_400
"""How long after the last try wrong ones are remembered."""


def _waits() -> Sequence[int]:
    waits, wait_s = [0] * FREE, 1
    while wait_s < WAIT_MAX_S:
        waits.append(wait_s)
        wait_s *= 2
    return (*waits, WAIT_MAX_S)


WAITS_S = _waits()
"""The wait after the first wrong try, the second, and so on; the last one is for all that follow."""


class TooManyAttempts(RateLimited):
    """Too many failed attempts. Try again after the time given in Retry-After."""

    code = "ERR_2008"
    slug = "too-many-attempts"


class LoginThrottle(Protocol):
    @abstractmethod
    async def begin(self, name: str) -> None:
        """
        Count a try at the secret of ``name`` before its outcome is known, so that many at once count too.

        Raises ``TooManyAttempts`` while there is still a wait from the tries before; that one does not
        count. Raises ``RateLimiterUnavailable``.
        """

    @abstractmethod
    async def forget(self, name: str) -> None:
        """The last try was right: the next wrong one is the first. Raises ``RateLimiterUnavailable``."""
