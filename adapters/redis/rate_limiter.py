"""
Rate limits in Valkey: one script, so that counting and deciding are atomic.

Calls in the same iteration of the event loop share a round trip. When Valkey does not answer, a breaker
makes further calls fail at once.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from hashlib import sha1
from pathlib import Path
from typing import Any

import attrs
from redis.asyncio import Redis
from redis.exceptions import NoScriptError, RedisError

from adapters.resilience.breaker import Breaker
from adapters.resilience.policy import BreakerPolicy
from ports.clock import Clock
from ports.rate_limit import RateLimiter, RateLimiterUnavailable, Rule, Verdict

PREFIX = "stack:limit:"
TIME_LIMIT_S = 1.0
BATCH_MAX = 256
BREAKER = BreakerPolicy(window_s=3.0, calls_min=3, open_s=2.0)

_MICROSECONDS = 1_000_000
_SCRIPT = Path(__file__).with_name("sliding_window.lua").read_text()
_SHA = sha1(_SCRIPT.encode(), usedforsecurity=False).hexdigest()
"""The digest by which Valkey finds a script that it has loaded."""


@attrs.frozen
class _Hit:
    key: str
    rule: Rule
    verdict: asyncio.Future[Verdict]

    @property
    def arguments(self) -> tuple[int, str, int, int]:
        name = f"{PREFIX}{self.rule.name}:{self.key}"
        return 1, name, self.rule.limit, self.rule.window_s * _MICROSECONDS


class RedisRateLimiter(RateLimiter):
    """Keys expire one window after the last allowed call."""

    def __init__(self, redis: Redis, clock: Clock) -> None:
        self._redis = redis
        self._clock = clock
        self._breaker = Breaker(policy=BREAKER)
        self._waiting: list[_Hit] = []
        self._running: set[asyncio.Task[None]] = set()

    async def hit(self, key: str, *, rule: Rule) -> Verdict:
        hit = _Hit(key, rule, asyncio.get_running_loop().create_future())
        self._waiting.append(hit)
        if len(self._waiting) == 1:
            task = asyncio.create_task(self._answer_all(), name="rate-limits")
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        return await hit.verdict

    async def _answer_all(self) -> None:
        """Answer all calls that have gathered; later ones start a new batch."""
        hits, self._waiting = self._waiting, []
        for start in range(0, len(hits), BATCH_MAX):
            await self._answer(hits[start : start + BATCH_MAX])

    async def _answer(self, hits: Sequence[_Hit]) -> None:
        try:
            replies = await self._guarded(hits)
        except RateLimiterUnavailable as error:
            for hit in hits:
                if not hit.verdict.done():
                    hit.verdict.set_exception(RateLimiterUnavailable(error.detail))
            return
        for hit, reply in zip(hits, replies, strict=True):
            if not hit.verdict.done():
                hit.verdict.set_result(_verdict(reply))

    async def _guarded(self, hits: Sequence[_Hit]) -> Sequence[Any]:
        ticket = self._breaker.admit(now=self._clock.now())
        if ticket is None:
            raise RateLimiterUnavailable("Valkey did not answer the previous request")
        try:
            async with asyncio.timeout(TIME_LIMIT_S):
                replies = await self._ask(hits)
        except (RedisError, OSError, TimeoutError) as error:
            self._breaker.failed(ticket, now=self._clock.now())
            raise RateLimiterUnavailable(f"{type(error).__name__}: {error}") from None
        except asyncio.CancelledError:
            self._breaker.abandoned(ticket)
            raise
        self._breaker.succeeded(ticket, now=self._clock.now())
        return replies

    async def _ask(self, hits: Sequence[_Hit]) -> Sequence[Any]:
        """One round trip; a second one for the calls for which the server did not have the script."""
        replies = await self._run(hits)
        unknown = [at for at, reply in enumerate(replies) if isinstance(reply, NoScriptError)]
        if unknown:
            await self._redis.script_load(_SCRIPT)
            again = await self._run([hits[at] for at in unknown])
            for at, reply in zip(unknown, again, strict=True):
                replies[at] = reply
        for reply in replies:
            if isinstance(reply, Exception):
                raise reply
        return replies

    async def _run(self, hits: Sequence[_Hit]) -> list[Any]:
        async with self._redis.pipeline(transaction=False) as pipeline:
            for hit in hits:
                pipeline.evalsha(_SHA, *hit.arguments)  # type: ignore[unused-awaitable]
            return await pipeline.execute(raise_on_error=False)


def _verdict(reply: Sequence[int]) -> Verdict:
    allowed, remaining, reset_us = reply
    reset_s = max(1, math.ceil(reset_us / _MICROSECONDS))
    return Verdict(allowed=bool(allowed), remaining=remaining, reset_s=reset_s)
