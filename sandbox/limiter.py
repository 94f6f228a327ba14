"""A provider's rate limit, and its state for the caller."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import attrs


@attrs.frozen
class Allowance:
    """The state of the limit in every answer; ``resets_at`` is in Unix seconds."""

    limit: int
    remaining: int
    resets_at: int
    wait_s: int

    @property
    def headers(self) -> dict[str, str]:
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(max(self.remaining, 0)),
            "X-RateLimit-Reset": str(self.resets_at),
        }

    @property
    def is_exceeded(self) -> bool:
        return self.remaining < 0


class Limiter:
    """
    Counts calls in windows of real seconds, since callers wait in real time.

    guess: the window at Alpaca, which only says that the limit is the correspondent's as a whole, and
    the names of the headers at Due, which only says how many calls a minute (alpaca.md §1, due.md §1).
    """

    def __init__(self, *, limit: int, window_s: float) -> None:
        self._limit = limit
        self._window_s = window_s
        self._used = 0
        self._ends_at = 0.0

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[()]]:
        """A state file keeps no window."""
        return partial(Limiter, limit=self._limit, window_s=self._window_s), ()

    def count(self) -> Allowance:
        """Count one call."""
        now = time.time()
        if now >= self._ends_at:
            self._used, self._ends_at = 0, now + self._window_s
        self._used += 1
        return Allowance(
            limit=self._limit,
            remaining=self._limit - self._used,
            resets_at=math.ceil(self._ends_at),
            wait_s=max(math.ceil(self._ends_at - now), 1),
        )
