from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from adapters.redis.client import RedisSettings, open_redis
from adapters.redis.job_signal import CHANNEL, RedisJobSignal, listening
from adapters.system.clock import SystemClock
from tests.contract.job_signal import Doorbells, JobSignalContract
from tests.support.waiting import eventually


async def subscribed(redis: Redis, *, listeners: int) -> None:
    """Return when so many processes hear the channel."""

    async def all_hear() -> bool:
        return bool((await redis.pubsub_numsub(CHANNEL))[0][1] >= listeners)

    await eventually(all_hear, "every subscription")


class TestRedisDoorbell(JobSignalContract):
    """Two doorbells, as in two processes, meet in Valkey."""

    @pytest.fixture
    async def bells(self, redis_url: str) -> AsyncIterator[Doorbells]:
        settings, clock = RedisSettings(url=redis_url), SystemClock()
        async with (
            open_redis(settings) as one,
            open_redis(settings) as other,
            listening(RedisJobSignal(one, clock)) as here,
            listening(RedisJobSignal(other, clock)) as there,
        ):
            await subscribed(one, listeners=2)
            yield Doorbells(here=here, there=there)
