"""Valkey's primary becomes a replica, is full or hangs: clients find the one that its name leads to."""

from __future__ import annotations

import asyncio
import urllib.parse
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import attrs
import pytest
import redis
from redis.asyncio import Redis
from redis.exceptions import RedisError

from adapters.redis.client import RedisSettings, open_redis
from adapters.redis.connection import RelocatingTlsConnection
from adapters.redis.heartbeats import RedisHeartbeats
from adapters.redis.job_signal import CHANNEL, RedisJobSignal, listening
from adapters.redis.login_throttle import RedisLoginThrottle
from adapters.redis.nonces import RedisNonces
from adapters.redis.probe import RedisProbe
from adapters.redis.rate_limiter import RedisRateLimiter
from adapters.system.clock import SystemClock
from entrypoints.local.ports import LOOPBACK
from entrypoints.local.valkey import ValkeyServer
from ports.heartbeats import WorkerKind
from ports.nonces import NoncesUnavailable
from ports.rate_limit import RateLimiterUnavailable, Rule
from tests.support.moving_name import MovingName, moving_name, port_of
from tests.support.waiting import eventually

RULE = Rule(name="money", limit=1000, window_s=60)
UNAVAILABLE = (RateLimiterUnavailable, NoncesUnavailable, ConnectionError, RedisError)


@attrs.frozen
class Pair:
    """Two servers, and a name that points to the first one."""

    first: str
    second: str
    name: MovingName

    @property
    def url(self) -> str:
        return self.name.url(self.first)

    async def demote(self) -> None:
        """Make the first a replica of the second, as a failover does; its clients stay connected."""
        async with _admin(self.first) as first:
            await first.replicaof(LOOPBACK, port_of(self.second))


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    with (
        ValkeyServer(tmp_path / "first", durable=False) as first,
        ValkeyServer(tmp_path / "second", durable=False) as second,
        moving_name(first.url) as name,
    ):
        password = urllib.parse.urlsplit(first.url).password or ""
        for server in (first, second):
            with redis.Redis.from_url(server.url) as admin:
                admin.config_set("masterauth", password)
                admin.config_set("shutdown-timeout", 0)
                admin.config_set("requirepass", password)
        second_url = urllib.parse.urlsplit(second.url)
        own_name = f":{password}@{LOOPBACK}:{second_url.port}"
        yield Pair(first.url, second_url._replace(netloc=own_name).geturl(), name)


@asynccontextmanager
async def _admin(url: str) -> AsyncIterator[Redis]:
    async with Redis.from_url(url) as client:
        yield client


@attrs.define
class Uses:
    """Each use that the product makes of Valkey, over one client."""

    redis: Redis
    limiter: RedisRateLimiter = attrs.field(init=False)
    names: Iterator[int] = attrs.field(factory=lambda: iter(range(10**6)))

    def __attrs_post_init__(self) -> None:
        self.limiter = RedisRateLimiter(self.redis, SystemClock())

    @property
    def all(self) -> dict[str, Callable[[], Awaitable[object]]]:
        client = self.redis
        return {
            "rate limit": lambda: self.limiter.hit("ann", rule=RULE),
            "log-in": lambda: RedisLoginThrottle(client).begin(f"name-{next(self.names)}"),
            "nonce": lambda: RedisNonces(client).use(f"nonce-{next(self.names)}", for_s=60),
            "heartbeat": lambda: RedisHeartbeats(client).beat(WorkerKind.RELAY, lasts_s=60),
            "probe": lambda: RedisProbe(client).check(),
        }

    async def failing(self) -> set[str]:
        """The uses that do not work, each tried once; several connections are in use."""
        names = list(self.all)
        outcomes = await asyncio.gather(
            *(self.all[name]() for name in names), return_exceptions=True
        )
        found = dict(zip(names, outcomes, strict=True))
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                assert isinstance(outcome, UNAVAILABLE), repr(outcome)
        return {name for name in names if isinstance(found[name], BaseException)}


@pytest.mark.situation(
    "Valkey's primary becomes a replica of its successor, and the name moves",
    must="rate limits, log-ins, nonces, heartbeats and the probe use the successor at once, by themselves",
)
async def test_a_demoted_server_is_left(pair: Pair, was: Callable[[str], None]) -> None:
    async with open_redis(RedisSettings(url=pair.url)) as client:
        uses = Uses(client)
        assert await uses.failing() == set()
        await pair.demote()
        meanwhile = await uses.failing()
        pair.name.move(pair.second)
        await eventually(lambda: _none_fails(uses), "every use of Valkey", limit_s=20)
        async with _admin(pair.second) as second:
            assert await second.exists("stack:probe")
    was(f"{len(meanwhile)} of {len(uses.all)} refused while the name led to the replica, then none")
    assert meanwhile == set(uses.all)


async def _none_fails(uses: Uses) -> bool:
    return await uses.failing() == set()


async def test_a_failover_between_two_calls_is_not_told(pair: Pair) -> None:
    async with open_redis(RedisSettings(url=pair.url)) as client:
        uses = Uses(client)
        assert await uses.failing() == set()
        await pair.demote()
        pair.name.move(pair.second)
        assert await uses.failing() == set()


@pytest.mark.situation(
    "Valkey's memory is full",
    must="money and log-ins are refused, and the check says so; then all of it continues",
)
async def test_a_full_server_is_told_by_the_probe(pair: Pair) -> None:
    async with open_redis(RedisSettings(url=pair.url)) as client, _admin(pair.first) as admin:
        uses = Uses(client)
        assert await uses.failing() == set()
        await admin.config_set("maxmemory", 1)
        with pytest.raises(RedisError, match="OOM"):
            await RedisProbe(client).check()
        assert {"rate limit", "nonce", "probe"} <= await uses.failing()
        await admin.config_set("maxmemory", 0)
        await eventually(lambda: _none_fails(uses), "every use of Valkey", limit_s=20)


@contextmanager
def _renewed_soon(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("adapters.redis.job_signal.SUBSCRIBED_S", 0.2)
    monkeypatch.setattr("adapters.redis.job_signal.LISTEN_S", 0.05)
    yield


async def test_the_job_signal_follows_the_name(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    with _renewed_soon(monkeypatch):
        async with (
            open_redis(RedisSettings(url=pair.url)) as client,
            listening(RedisJobSignal(client, SystemClock())),
            _admin(pair.first) as first,
            _admin(pair.second) as second,
        ):
            await eventually(lambda: _hears(first), "a subscription")
            await pair.demote()
            pair.name.move(pair.second)
            await eventually(lambda: _hears(second), "a subscription to the successor")


async def _hears(server: Redis) -> bool:
    return bool((await server.pubsub_numsub(CHANNEL))[0][1])


async def test_a_server_that_hangs_is_given_up(pair: Pair) -> None:
    async with open_redis(RedisSettings(url=pair.url, timeout_s=0.2)) as client:
        assert await Uses(client).failing() == set()
        pair.name.hang()
        with pytest.raises(Exception, match=r"[Tt]imeout"):
            await RedisProbe(client).check()


async def test_tls_has_such_connections_too() -> None:
    async with open_redis(RedisSettings(url="rediss://nowhere:1")) as client:
        assert client.connection_pool.connection_class is RelocatingTlsConnection
