from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from adapters.redis.client import RedisSettings, open_redis
from adapters.redis.login_throttle import PREFIX, RedisLoginThrottle
from ports.login_throttle import FREE, MEMORY_S, WAIT_MAX_S
from ports.rate_limit import RateLimiterUnavailable
from tests.contract.aging import passing
from tests.contract.login_throttle import Guessing, LoginThrottleContract


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    async with open_redis(RedisSettings(url=redis_url)) as client:
        yield client


class TestRedisAttempts(LoginThrottleContract):
    """Over Valkey, by the server's clock."""

    @pytest.fixture
    def guessing(self, redis: Redis) -> Guessing:
        return Guessing(RedisLoginThrottle(redis), passing(redis))

    async def test_a_key_expires_by_itself_and_not_before_its_wait(
        self, guessing: Guessing, redis: Redis
    ) -> None:
        await guessing.may()
        (key,) = await redis.keys()
        assert key == f"{PREFIX}ann".encode()
        assert WAIT_MAX_S < await redis.ttl(key) <= MEMORY_S

    async def test_the_wait_never_exceeds_the_longest(
        self, guessing: Guessing, redis: Redis
    ) -> None:
        await redis.hset(f"{PREFIX}ann", "tries", "1000000")
        assert await guessing.may()
        seconds, _ = await redis.time()
        closed_until = int(await redis.hget(f"{PREFIX}ann", "until") or 0) / 1000
        assert WAIT_MAX_S - 2 < closed_until - seconds <= WAIT_MAX_S + 1

    async def test_a_server_that_forgot_the_script_is_told_again(
        self, guessing: Guessing, redis: Redis
    ) -> None:
        assert await guessing.may()
        await redis.script_flush()
        assert [await guessing.may() for _ in range(FREE + 1)] == [True] * FREE + [False]


async def test_without_a_server_nobody_may_try(free_port: int) -> None:
    async with open_redis(RedisSettings(url=f"redis://127.0.0.1:{free_port}/0")) as redis:
        attempts = RedisLoginThrottle(redis)
        for ask in (attempts.begin, attempts.forget):
            with pytest.raises(RateLimiterUnavailable):
                await ask("ann")
