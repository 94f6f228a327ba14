"""Nonces in Valkey, which expire by its clock."""

from __future__ import annotations

import asyncio

from redis.asyncio import Redis
from redis.exceptions import RedisError

from adapters.redis.rate_limiter import TIME_LIMIT_S
from ports.nonces import Nonces, NoncesUnavailable

PREFIX = "stack:nonces:"


class RedisNonces(Nonces):
    """A single command, so only one of several concurrent uses succeeds."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def use(self, name: str, *, for_s: int) -> bool:
        try:
            async with asyncio.timeout(TIME_LIMIT_S):
                return bool(await self._redis.set(PREFIX + name, b"", nx=True, ex=for_s))
        except (RedisError, OSError, TimeoutError) as error:
            raise NoncesUnavailable(f"{type(error).__name__}: {error}") from None
