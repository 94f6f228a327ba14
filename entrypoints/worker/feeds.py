"""Follows one event stream from where it was left, for as long as the worker lives."""

from __future__ import annotations

import asyncio
import logging
from contextlib import aclosing
from datetime import datetime, timedelta

import structlog

from domain.ids import LookupKey
from domain.services.integration.feeds import FeedService
from entrypoints.log_levels import level_of
from entrypoints.worker.liveness import Touch, unwatched
from ports.clock import Clock
from ports.errors import ProviderError, StoreUnavailable
from ports.inbound import Event, Feed
from ports.processes import StaleVersion

BATCH_MAX = 200
BATCH_TIME = timedelta(seconds=0.5)
RECONNECT_S = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
TRIES_MAX = 5

_log = structlog.get_logger()


class FeedConsumer:
    """
    Events are taken in as they come, many at a time.

    Now and then the follower waits until all of them are committed, and only then moves its position on.
    Whatever happens to the stream, reading starts again from there; events that repeat change nothing.
    What an event that was passed over would have told is found by inquiry.
    """

    def __init__(
        self, feed: Feed, feeds: FeedService, clock: Clock, *, touch: Touch = unwatched
    ) -> None:
        self._feed = feed
        self._feeds = feeds
        self._clock = clock
        self._touch = touch

    async def run(self) -> None:
        """Follow until cancelled."""
        failures = 0
        while True:
            self._touch()
            try:
                await self._follow()
                failures = 0
            except (ProviderError, StoreUnavailable, StaleVersion, OSError) as error:
                _log.log(
                    level_of(error), "feed.interrupted", feed=self._feed.name, error=repr(error)
                )
                failures += 1
            except Exception:  # noqa: BLE001 - the last net: a feed's defect must not end the worker
                _log.exception("feed.broke", feed=self._feed.name)
                failures += 1
            await self._clock.sleep(RECONNECT_S[min(failures, len(RECONNECT_S) - 1)])

    async def _follow(self) -> None:
        since = await self._feeds.position(self._feed.name)
        batch = _Batch(started_at=self._clock.now())
        async with aclosing(self._feed.events(since=since, alive=self._touch)) as events:
            try:
                async for event in events:
                    self._touch()
                    batch.add(event, asyncio.create_task(self._take_in(event)))
                    if batch.is_full(self._clock.now()):
                        batch = await self._commit(batch)
            finally:
                await self._commit(batch)

    async def _commit(self, batch: _Batch) -> _Batch:
        """Wait for the whole batch, move on behind it, and begin the next."""
        if batch.position is not None:
            await asyncio.gather(*batch.going)
            await self._feeds.advance(self._feed.name, batch.position)
        return _Batch(started_at=self._clock.now())

    async def _take_in(self, event: Event) -> None:
        """What breaks on an event would break on it for ever: it is logged, and passed over."""
        structlog.contextvars.bind_contextvars(
            feed=self._feed.name, position=event.position, **_about(event)
        )
        try:
            await self._insist(event)
        except (StoreUnavailable, StaleVersion):
            raise
        except Exception:  # noqa: BLE001 - the last net: the events behind it must not wait
            _log.exception("feed.event_raised")

    async def _insist(self, event: Event) -> None:
        for _ in range(TRIES_MAX - 1):
            try:
                refused = await self._feeds.apply_event(self._feed.name, event)
            except (StoreUnavailable, StaleVersion):
                await self._clock.sleep(RECONNECT_S[0])
            else:
                if refused is not None:
                    _log.log(
                        max(level_of(refused), logging.ERROR), "feed.refused", error=refused.detail
                    )
                return
        await self._feeds.apply_event(self._feed.name, event)


class _Batch:
    """Events on their way into the books, and the position behind the last of them."""

    def __init__(self, *, started_at: datetime) -> None:
        self._started_at = started_at
        self.going: list[asyncio.Task[None]] = []
        self.position: str | None = None

    def add(self, event: Event, task: asyncio.Task[None]) -> None:
        self.going.append(task)
        self.position = event.position

    def is_full(self, now: datetime) -> bool:
        return len(self.going) >= BATCH_MAX or now - self._started_at >= BATCH_TIME


def _about(event: Event) -> dict[str, str]:
    """The process that the event tells of, by its own id or by the provider's name for it."""
    if event.inbound is None:
        return {}
    about = event.inbound.about
    return {"process": about.value if isinstance(about, LookupKey) else about}
