"""Rate limits inside one process, with any clock."""

from __future__ import annotations

import math
from collections import deque
from datetime import datetime, timedelta

from ports.clock import Clock
from ports.rate_limit import RateLimiter, RateLimiterUnavailable, Rule, Verdict


class InMemoryRateLimiter(RateLimiter):
    """With ``is_away`` it behaves as if its store did not answer."""

    def __init__(self, clock: Clock) -> None:
        self.is_away = False
        self._clock = clock
        self._logs: dict[tuple[str, str], deque[datetime]] = {}

    async def hit(self, key: str, *, rule: Rule) -> Verdict:
        if self.is_away:
            raise RateLimiterUnavailable
        now, window = self._clock.now(), timedelta(seconds=rule.window_s)
        log = self._logs.setdefault((rule.name, key), deque())
        while log and log[0] <= now - window:
            log.popleft()
        allowed = len(log) < rule.limit
        if allowed:
            log.append(now)
        next_to_leave = log[max(len(log) - rule.limit, 0)]
        reset_s = math.ceil((next_to_leave + window - now).total_seconds())
        return Verdict(
            allowed=allowed, remaining=max(rule.limit - len(log), 0), reset_s=max(1, reset_s)
        )
