"""Follows one event stream from where it was left, for as long as the worker lives."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import structlog

from domain.services.news import NewsService
from ports.clock import Clock
from ports.errors import ProviderError, StoreUnavailable
from ports.notices import Event, Feed
from ports.processes import StaleVersion

BUFFER_MAX = 200
RECONNECT_S = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
TRIES_MAX = 5

_log = structlog.get_logger()


class Follower:
    """
    Events are taken in many at a time; the position moves on only when all of them are committed.

    Whatever happens to the stream, reading starts again from the last position; events that repeat
    change nothing.
    """

    def __init__(self, feed: Feed, news: NewsService, clock: Clock) -> None:
        self._feed = feed
        self._news = news
        self._clock = clock

    async def run(self) -> None:
        """Follow until cancelled."""
        failures = 0
        while True:
            try:
                await self._follow()
                failures = 0
            except (ProviderError, StoreUnavailable, StaleVersion, OSError) as error:
                _log.warning("feed.interrupted", feed=self._feed.name, error=repr(error))
                failures += 1
            await self._clock.sleep(RECONNECT_S[min(failures, len(RECONNECT_S) - 1)])

    async def _follow(self) -> None:
        since = await self._news.position(self._feed.name)
        buffer: asyncio.Queue[Event | None] = asyncio.Queue(BUFFER_MAX)
        async with asyncio.TaskGroup() as group:
            group.create_task(_fill(buffer, self._feed.events(since=since)))
            while batch := await _take(buffer):
                await asyncio.gather(*(self._take_in(event) for event in batch))
                await self._news.advance(self._feed.name, batch[-1].position)

    async def _take_in(self, event: Event) -> None:
        for _ in range(TRIES_MAX - 1):
            try:
                refused = await self._news.take_in(self._feed.name, event)
            except (StoreUnavailable, StaleVersion):
                await self._clock.sleep(RECONNECT_S[0])
            else:
                if refused is not None:
                    _log.error("feed.refused", feed=self._feed.name, error=refused.detail)
                return
        await self._news.take_in(self._feed.name, event)


async def _fill(buffer: asyncio.Queue[Event | None], events: AsyncIterator[Event]) -> None:
    """Read ahead; ``None`` marks the end of the stream."""
    try:
        async for event in events:
            await buffer.put(event)
    finally:
        await buffer.put(None)


async def _take(buffer: asyncio.Queue[Event | None]) -> Sequence[Event]:
    """At least one event and whatever else is there already; nothing at the end of the stream."""
    batch = []
    event = await buffer.get()
    while event is not None:
        batch.append(event)
        if buffer.empty():
            break
        event = buffer.get_nowait()
    return batch
