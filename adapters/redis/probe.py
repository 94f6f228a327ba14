"""Whether Valkey takes writes. Without it jobs still run, only later."""

from __future__ import annotations

from redis.asyncio import Redis

from ports.health import Probe

KEY = "stack:probe"
KEPT_S = 5


class RedisProbe(Probe):
    """Writes, as the work does: a replica and a server that is full answer to a ``PING``."""

    name = "redis"
    critical = False

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def check(self) -> None:
        await self._redis.set(KEY, b"", ex=KEPT_S)
