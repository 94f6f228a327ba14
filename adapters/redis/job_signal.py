"""
The doorbell over Valkey's publish and subscribe.

It only saves waiting: when Valkey is away nobody is woken, and whoever waits comes back by itself when
its time is over.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from ports.clock import Clock
from ports.job_signal import JobSignal

CHANNEL = "stack:work"
RECONNECT_S = 1.0
RING_INTERVAL_S = 0.005
LISTEN_S = 5.0

_log = structlog.get_logger()


class RedisJobSignal(JobSignal):
    """Rings at most every few milliseconds, once for whatever has gathered since."""

    def __init__(self, redis: Redis, clock: Clock) -> None:
        self._redis = redis
        self._clock = clock
        self._rung = asyncio.Event()
        self._ring: asyncio.Task[None] | None = None
        self._is_pending = False
        self._is_leaving = False

    async def notify(self) -> None:
        """Wake everybody, here at once and elsewhere soon."""
        self._rung.set()
        self._is_pending = True
        if self._ring is None or self._ring.done():
            self._ring = asyncio.create_task(self._publish(), name="doorbell-ring")

    async def wait(self, timeout_s: float) -> None:
        try:
            async with asyncio.timeout(timeout_s):
                await self._rung.wait()
        except TimeoutError:
            return
        finally:
            self._rung.clear()

    async def listen(self) -> None:
        """Hear rings from other processes until cancelled, or until ``leave``."""
        while not self._is_leaving:
            try:
                async with self._redis.pubsub() as channel:
                    await channel.subscribe(CHANNEL)
                    await self._hear(channel)
            except (RedisError, OSError) as error:
                _log.warning("doorbell.away", error=repr(error))
                await self._clock.sleep(RECONNECT_S)

    def leave(self) -> None:
        """
        Have ``listen`` end by itself.

        Cancelling it is not enough: the client takes a cancellation that reaches it while it connects
        for a failed connection, and goes on.
        """
        self._is_leaving = True

    async def _hear(self, channel: PubSub) -> None:
        while not self._is_leaving:
            message = await channel.get_message(ignore_subscribe_messages=True, timeout=LISTEN_S)
            if message is not None:
                self._rung.set()

    async def _publish(self) -> None:
        while self._is_pending:
            self._is_pending = False
            try:
                await self._redis.publish(CHANNEL, b"")
            except (RedisError, OSError) as error:
                _log.warning("doorbell.away", error=repr(error))
            await self._clock.sleep(RING_INTERVAL_S)

    async def quiet(self) -> None:
        """Let a ring that is under way finish."""
        if self._ring is not None:
            await asyncio.wait([self._ring], timeout=RECONNECT_S)


@asynccontextmanager
async def listening(job_signal: RedisJobSignal) -> AsyncIterator[RedisJobSignal]:
    """Hear other processes for as long as the context lasts."""
    task = asyncio.create_task(job_signal.listen(), name="doorbell")
    try:
        yield job_signal
    finally:
        job_signal.leave()
        task.cancel()
        await asyncio.wait([task])
        await job_signal.quiet()
