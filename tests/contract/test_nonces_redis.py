from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from adapters.redis.client import RedisSettings, open_redis
from adapters.redis.nonces import PREFIX, RedisNonces
from ports.nonces import NoncesUnavailable
from tests.contract.aging import passing
from tests.contract.nonces import NoncesContract, Remembering
from tests.contract.rate_limiter import SLACK_S


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    async with open_redis(RedisSettings(url=redis_url)) as client:
        yield client


class TestRedisNonces(NoncesContract):
    """Over Valkey, by the server's clock."""

    @pytest.fixture
    def remembering(self, redis: Redis) -> Remembering:
        return Remembering(RedisNonces(redis), passing(redis))

    async def test_a_key_expires_by_itself(self, remembering: Remembering, redis: Redis) -> None:
        await remembering.nonces.use("a", for_s=601)
        assert await redis.keys() == [f"{PREFIX}a".encode()]
        assert 601 - SLACK_S <= await redis.ttl(f"{PREFIX}a") <= 601


async def test_without_a_server_nobody_knows(free_port: int) -> None:
    async with open_redis(RedisSettings(url=f"redis://127.0.0.1:{free_port}/0")) as redis:
        with pytest.raises(NoncesUnavailable):
            await RedisNonces(redis).use("a", for_s=60)
