"""Whether Valkey answers. Without it jobs still run, only later."""

from __future__ import annotations

from redis.asyncio import Redis

from ports.health import Probe


class RedisProbe(Probe):
    name = "redis"
    critical = False

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def check(self) -> None:
        await self._redis.ping()
