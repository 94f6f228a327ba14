"""Leaving while the doorbell is still connecting, as a command that is over at once does."""

from __future__ import annotations

import asyncio

from adapters.redis.client import RedisSettings, open_redis
from adapters.redis.job_signal import RedisJobSignal, listening
from adapters.system.clock import SystemClock
from tests.support.waiting import LIMIT_S

MOMENTS = 60


async def leave_after(turns: int, *, redis_url: str) -> None:
    """Listen for so many turns of the event loop."""
    async with (
        open_redis(RedisSettings(url=redis_url)) as redis,
        listening(RedisJobSignal(redis, SystemClock())),
    ):
        for _ in range(turns):
            await asyncio.sleep(0)


async def test_leaving_ends_at_whatever_moment_of_connecting_it_comes(redis_url: str) -> None:
    moments = [leave_after(turns, redis_url=redis_url) for turns in range(MOMENTS)]
    async with asyncio.timeout(LIMIT_S):
        await asyncio.gather(*moments)
    assert asyncio.all_tasks() == {asyncio.current_task()}
