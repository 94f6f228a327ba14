"""Login throttling inside one process."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

import attrs

from ports.clock import Clock
from ports.login_throttle import MEMORY_S, WAITS_S, LoginThrottle, TooManyAttempts
from ports.rate_limit import RateLimiterUnavailable


@attrs.frozen
class _Tries:
    count: int
    last_at: datetime

    @property
    def closed_until(self) -> datetime:
        wait_s = WAITS_S[min(self.count, len(WAITS_S)) - 1]
        return self.last_at + timedelta(seconds=wait_s)


class InMemoryLoginThrottle(LoginThrottle):
    """With ``is_away`` it behaves as if its store did not answer."""

    def __init__(self, clock: Clock) -> None:
        self.is_away = False
        self._clock = clock
        self._tries: dict[str, _Tries] = {}

    async def begin(self, name: str) -> None:
        self._require_there()
        now, known = self._clock.now(), self._tries.get(name)
        if known and now - known.last_at >= timedelta(seconds=MEMORY_S):
            known = None
        if known and now < known.closed_until:
            left_s = math.ceil((known.closed_until - now).total_seconds())
            raise TooManyAttempts(retry_after_s=left_s)
        self._tries[name] = _Tries(known.count + 1 if known else 1, now)

    async def forget(self, name: str) -> None:
        self._require_there()
        self._tries.pop(name, None)

    def _require_there(self) -> None:
        if self.is_away:
            raise RateLimiterUnavailable
