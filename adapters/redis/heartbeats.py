"""Heartbeats in Valkey: keys that expire by the server's clock."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager

from redis.asyncio import Redis
from redis.exceptions import RedisError

from ports.health import Probe
from ports.heartbeats import Heartbeats, WorkerKind

PREFIX = "stack:heartbeat:"


class RedisHeartbeats(Heartbeats):
    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def beat(self, kind: WorkerKind, *, lasts_s: int) -> None:
        with _answering():
            await self._redis.set(PREFIX + kind.value, b"", ex=lasts_s)

    async def alive(self) -> AbstractSet[WorkerKind]:
        kinds = tuple(WorkerKind)
        with _answering():
            found = await self._redis.mget([PREFIX + kind.value for kind in kinds])
        return {kind for kind, value in zip(kinds, found, strict=True) if value is not None}


@contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except RedisError as error:
        raise ConnectionError(type(error).__name__) from error


class WorkerProbe(Probe):
    """Whether a worker of a kind is alive. The API works without workers; jobs wait."""

    critical = False

    def __init__(self, kind: WorkerKind, heartbeats: Heartbeats) -> None:
        self._kind = kind
        self._heartbeats = heartbeats

    @property
    def name(self) -> str:
        return f"worker.{self._kind.value}"

    async def check(self) -> None:
        if self._kind not in await self._heartbeats.alive():
            raise LookupError(f"no heartbeat from {self._kind.value}")
