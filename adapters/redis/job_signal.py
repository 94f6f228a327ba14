"""
The job signal over Valkey's publish and subscribe.

It only shortens waiting: while Valkey is unavailable no process is woken, and a waiting job runner
continues when its timeout expires. The subscription is renewed from time to time, because a server that is
gone, or no longer the primary, does not end it.
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
PUBLISH_INTERVAL_S = 0.005
LISTEN_S = 5.0
SUBSCRIBED_S = 30.0

_log = structlog.get_logger()


class RedisJobSignal(JobSignal):
    """Publishes at most every ``PUBLISH_INTERVAL_S``, once for all notifications since the last time."""

    def __init__(self, redis: Redis, clock: Clock) -> None:
        self._redis = redis
        self._clock = clock
        self._notified = asyncio.Event()
        self._publishing: asyncio.Task[None] | None = None
        self._is_pending = False
        self._is_stopping = False

    async def notify(self) -> None:
        """Wake all waiting tasks: in this process at once, in others soon."""
        self._notified.set()
        self._is_pending = True
        if self._publishing is None or self._publishing.done():
            self._publishing = asyncio.create_task(self._publish(), name="job-signal-publish")

    async def wait(self, timeout_s: float) -> None:
        try:
            async with asyncio.timeout(timeout_s):
                await self._notified.wait()
        except TimeoutError:
            return
        finally:
            self._notified.clear()

    async def listen(self) -> None:
        """Receive notifications from other processes until cancelled, or until ``stop``."""
        while not self._is_stopping:
            try:
                async with self._redis.pubsub() as channel:
                    await channel.subscribe(CHANNEL)
                    await self._receive(channel)
            except (RedisError, OSError) as error:
                _log.warning("doorbell.away", error=repr(error))
                await self._clock.sleep(RECONNECT_S)

    def stop(self) -> None:
        """
        Make ``listen`` return.

        Cancelling it is not enough: the client treats a cancellation while connecting as a failed
        connection, and ``listen`` would connect again.
        """
        self._is_stopping = True

    async def _receive(self, channel: PubSub) -> None:
        loop = asyncio.get_running_loop()
        until = loop.time() + SUBSCRIBED_S
        while not self._is_stopping and loop.time() < until:
            message = await channel.get_message(ignore_subscribe_messages=True, timeout=LISTEN_S)
            if message is not None:
                self._notified.set()

    async def _publish(self) -> None:
        while self._is_pending:
            self._is_pending = False
            try:
                await self._redis.publish(CHANNEL, b"")
            except (RedisError, OSError) as error:
                _log.warning("doorbell.away", error=repr(error))
            await self._clock.sleep(PUBLISH_INTERVAL_S)

    async def flush(self) -> None:
        """Wait until a publication in progress has finished."""
        if self._publishing is not None:
            await asyncio.wait([self._publishing], timeout=RECONNECT_S)


@asynccontextmanager
async def listening(job_signal: RedisJobSignal) -> AsyncIterator[RedisJobSignal]:
    """Receive notifications from other processes within the context."""
    task = asyncio.create_task(job_signal.listen(), name="job-signal")
    try:
        yield job_signal
    finally:
        job_signal.stop()
        task.cancel()
        await asyncio.wait([task])
        await job_signal.flush()
