"""Login throttling in Valkey, in one script, so that concurrent tries are counted one by one."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from redis.asyncio import Redis
from redis.exceptions import RedisError

from adapters.redis.rate_limiter import TIME_LIMIT_S
from ports.login_throttle import MEMORY_S, WAITS_S, LoginThrottle, TooManyAttempts
from ports.rate_limit import RateLimiterUnavailable

PREFIX = "stack:attempts:"

_MILLISECONDS = 1000
_SCRIPT = Path(__file__).with_name("login_throttle.lua").read_text()


class RedisLoginThrottle(LoginThrottle):
    """Keys expire by the server's clock."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._script = redis.register_script(_SCRIPT)
        self._limits = [seconds * _MILLISECONDS for seconds in (MEMORY_S, *WAITS_S)]

    async def begin(self, name: str) -> None:
        async with _limited():
            left_ms = int(await self._script(keys=[PREFIX + name], args=self._limits))
        if left_ms > 0:
            raise TooManyAttempts(retry_after_s=math.ceil(left_ms / _MILLISECONDS))

    async def forget(self, name: str) -> None:
        async with _limited():
            await self._redis.delete(PREFIX + name)


@asynccontextmanager
async def _limited() -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(TIME_LIMIT_S):
            yield
    except (RedisError, OSError, TimeoutError) as error:
        raise RateLimiterUnavailable(f"{type(error).__name__}: {error}") from None
