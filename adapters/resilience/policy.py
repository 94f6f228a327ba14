"""Retry, breaker and time-out policies for external systems, as values."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Self

import attrs


@attrs.frozen(kw_only=True)
class Backoff:
    """
    The number of tries and the waits between them, in seconds.

    ``attempts_max`` includes the first try. ``jitter`` is the share of a wait that may be cut at random,
    so that callers that failed together do not retry together.
    """

    attempts_max: int
    first_s: float
    multiplier: float = 2.0
    cap_s: float = 60.0
    jitter: float = 0.25

    def wait_s(self, attempt: int, *, chance: float) -> float:
        """How long to wait after try number ``attempt`` failed; ``chance`` is between 0 and 1."""
        full_s = min(self.first_s * self.multiplier ** (attempt - 1), self.cap_s)
        return full_s * (1 - self.jitter * chance)

    def allows(self, attempt: int, *, wait_s: float, left_s: float) -> bool:
        """Whether another try may follow number ``attempt`` after ``wait_s``, with ``left_s`` left."""
        return attempt < self.attempts_max and wait_s < left_s


DATABASE = Backoff(attempts_max=3, first_s=1.0)
EXTERNAL_API = Backoff(attempts_max=5, first_s=2.0)
RATE_LIMIT = Backoff(attempts_max=3, first_s=30.0)
TIMEOUT = Backoff(attempts_max=2, first_s=5.0)
NAMED: Mapping[str, Backoff] = MappingProxyType(
    {
        "database transient": DATABASE,
        "external API": EXTERNAL_API,
        "rate limit": RATE_LIMIT,
        "timeout": TIMEOUT,
    }
)
"""Every policy. The caller's total deadline takes precedence over each of them."""


@attrs.frozen(kw_only=True)
class BreakerPolicy:
    """
    When to stop calling a provider, and for how long.

    The breaker opens when at least ``calls_min`` calls were made in the last ``window_s`` seconds and the
    share ``error_rate_max`` or more of them failed; it stays open for ``open_s`` seconds. At most
    ``calls_max`` calls are remembered.
    """

    window_s: float = 60.0
    calls_min: int = 10
    calls_max: int = 1000
    error_rate_max: float = 0.5
    open_s: float = 30.0


@attrs.frozen(kw_only=True)
class CallPolicy:
    """
    Time limits and retries of one call to a provider.

    ``deadline_s`` bounds all tries and waits together, ``attempt_timeout_s`` one try. If a provider asks
    for a longer pause than ``retry_after_max_s``, the call fails at once.
    """

    deadline_s: float = 30.0
    attempt_timeout_s: float = 10.0
    stream_idle_s: float = 120.0
    retry_after_max_s: float = 15.0
    unavailable: Backoff = EXTERNAL_API
    throttled: Backoff = RATE_LIMIT
    timed_out: Backoff = TIMEOUT
    is_instant: bool = False

    def instant(self) -> Self:
        """The same number of tries without waits between them, for tests."""
        return attrs.evolve(self, is_instant=True)
