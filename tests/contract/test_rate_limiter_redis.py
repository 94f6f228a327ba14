from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from adapters.memory.clock import ManualClock
from adapters.redis.client import RedisSettings, open_redis
from adapters.redis.rate_limiter import BREAKER, PREFIX, RedisRateLimiter
from adapters.system.clock import SystemClock
from ports.rate_limit import RateLimiterUnavailable
from tests.contract.aging import passing
from tests.contract.rate_limiter import FEW, MANY, SLACK_S, Limits, RateLimiterContract
from tests.support.waiting import LIMIT_S


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    async with open_redis(RedisSettings(url=redis_url)) as client:
        yield client


class TestRedisRateLimiter(RateLimiterContract):
    """Over Valkey, by the server's clock."""

    @pytest.fixture
    def limits(self, redis: Redis) -> Limits:
        return Limits(RedisRateLimiter(redis, SystemClock()), passing(redis))

    async def test_several_processes_share_the_limit(self, limits: Limits, redis: Redis) -> None:
        other = Limits(RedisRateLimiter(redis, SystemClock()), passing(redis))
        both = await asyncio.gather(limits.allowed(200, MANY), other.allowed(300, MANY))
        assert sum(both) == 50

    async def test_keys_expire_by_themselves(self, limits: Limits, redis: Redis) -> None:
        await limits.allowed(5)
        (key,) = await redis.keys()
        assert key == f"{PREFIX}few:ann".encode()
        left_s = await redis.pttl(key) / 1000
        assert FEW.window_s - SLACK_S < left_s <= FEW.window_s
        await limits.let_pass(FEW.window_s)
        assert await redis.keys() == []

    async def test_a_refused_call_leaves_the_key_alone(self, limits: Limits, redis: Redis) -> None:
        await limits.allowed(2)
        key = f"{PREFIX}few:ann"
        before = await redis.lrange(key, 0, -1), await redis.pexpiretime(key)
        await limits.allowed(20)
        assert (await redis.lrange(key, 0, -1), await redis.pexpiretime(key)) == before

    async def test_a_clock_that_was_set_back_opens_no_door(
        self, limits: Limits, redis: Redis
    ) -> None:
        ahead = (int(time.time()) + 360_000) * 1_000_000
        await redis.rpush(f"{PREFIX}many:ann", *[ahead] * 50)
        verdict = await limits.hit(MANY)
        assert (verdict.allowed, verdict.reset_s) == (False, MANY.window_s)

    async def test_a_server_that_forgot_the_script_is_told_again(
        self, limits: Limits, redis: Redis
    ) -> None:
        assert await limits.allowed(1) == 1
        await redis.script_flush()
        assert await limits.allowed(2) == 1


async def test_without_a_server_it_says_so_and_soon_stops_asking(free_port: int) -> None:
    clock = ManualClock()
    async with open_redis(RedisSettings(url=f"redis://127.0.0.1:{free_port}/0")) as redis:
        limiter = RedisRateLimiter(redis, clock)
        async with asyncio.timeout(LIMIT_S):
            for _ in range(BREAKER.calls_min):
                with pytest.raises(RateLimiterUnavailable):
                    await limiter.hit("ann", rule=FEW)
        with pytest.raises(RateLimiterUnavailable, match="previous request"):
            await limiter.hit("ann", rule=FEW)
        clock.advance(BREAKER.open_s)
        with pytest.raises(RateLimiterUnavailable, match="Error"):
            await limiter.hit("ann", rule=FEW)


async def test_a_server_that_hangs_costs_a_limited_wait() -> None:
    hung: list[asyncio.StreamWriter] = []
    server = await asyncio.start_server(lambda _, writer: hung.append(writer), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with open_redis(RedisSettings(url=f"redis://127.0.0.1:{port}/0")) as redis:
        limiter = RedisRateLimiter(redis, SystemClock())
        async with asyncio.timeout(LIMIT_S):
            with pytest.raises(RateLimiterUnavailable, match="TimeoutError"):
                await limiter.hit("ann", rule=FEW)
    for writer in hung:
        writer.close()
    server.close()
    await server.wait_closed()
