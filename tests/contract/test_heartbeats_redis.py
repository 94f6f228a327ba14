from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from adapters.redis.client import RedisSettings, open_redis
from adapters.redis.heartbeats import RedisHeartbeats, WorkerProbe
from ports.heartbeats import WorkerKind
from tests.contract.aging import passing
from tests.contract.heartbeats import HeartbeatsContract, Ward


class TestRedisHeartbeats(HeartbeatsContract):
    """Over Valkey, by the server's clock."""

    @pytest.fixture
    async def ward(self, redis_url: str) -> AsyncIterator[Ward]:
        async with open_redis(RedisSettings(url=redis_url)) as redis:
            yield Ward(RedisHeartbeats(redis), passing(redis))

    async def test_a_probe_misses_the_kind_that_is_silent(self, ward: Ward) -> None:
        await ward.heartbeats.beat(WorkerKind.RELAY, lasts_s=60)
        await WorkerProbe(WorkerKind.RELAY, ward.heartbeats).check()
        with pytest.raises(LookupError):
            await WorkerProbe(WorkerKind.FEEDS, ward.heartbeats).check()


async def test_without_a_server_it_says_so(free_port: int) -> None:
    async with open_redis(RedisSettings(url=f"redis://127.0.0.1:{free_port}/0")) as redis:
        heartbeats = RedisHeartbeats(redis)
        with pytest.raises(OSError, match="ConnectionError"):
            await heartbeats.beat(WorkerKind.RELAY, lasts_s=1)
        with pytest.raises(OSError, match="ConnectionError"):
            await heartbeats.alive()
