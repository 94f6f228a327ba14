"""Consumes one provider's feed from its stored position."""

from __future__ import annotations

import asyncio
import logging
from contextlib import aclosing
from datetime import datetime, timedelta

import structlog

from domain.ids import LookupKey, ProcessId
from domain.services.integration.feeds import FeedService
from entrypoints.log_levels import level_of
from entrypoints.worker.liveness import Touch, unwatched
from entrypoints.worker.outage_log import OutageLog
from ports.clock import Clock
from ports.errors import ProviderError, StoreRefused, StoreUnavailable
from ports.inbound import Event, Feed
from ports.processes import StaleVersion

BATCH_MAX = 200
BATCH_TIME = timedelta(seconds=0.5)
RECONNECT_S = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
TRIES_MAX = 5

_log = structlog.get_logger()


class FeedConsumer:
    """
    Applies events as they arrive, many at a time, those about one process in their order.

    The position advances only after all events of a batch are committed. When the stream breaks, reading
    starts again from there; repeated events change nothing. The fact of an event that was skipped is found
    by a look-up.
    """

    def __init__(
        self, feed: Feed, feeds: FeedService, clock: Clock, *, touch: Touch = unwatched
    ) -> None:
        self._feed = feed
        self._feeds = feeds
        self._clock = clock
        self._touch = touch
        self._outages = OutageLog("feed.interrupted")

    async def run(self) -> None:
        """Consume the feed until cancelled."""
        failures = 0
        while True:
            self._touch()
            try:
                await self._consume()
                failures = 0
            except (ProviderError, StoreUnavailable, StoreRefused, StaleVersion, OSError) as error:
                self._outages.failed(error, feed=self._feed.name)
                failures += 1
            except Exception:  # noqa: BLE001 - the last resort: a feed's defect must not end the worker
                _log.exception("feed.broke", feed=self._feed.name)
                failures += 1
            await self._clock.sleep(RECONNECT_S[min(failures, len(RECONNECT_S) - 1)])

    async def _consume(self) -> None:
        since = await self._feeds.position(self._feed.name)
        batch = _Batch(started_at=self._clock.now())
        async with aclosing(self._feed.events(since=since, alive=self._touch)) as events:
            try:
                async for event in events:
                    self._touch()
                    earlier = batch.last_about(event)
                    batch.add(event, asyncio.create_task(self._apply(event, after=earlier)))
                    if batch.is_full(self._clock.now()):
                        batch = await self._commit(batch)
            finally:
                await self._commit(batch)

    async def _commit(self, batch: _Batch) -> _Batch:
        """Wait for the whole batch, store the position after it, and return an empty batch."""
        if batch.position is not None:
            await asyncio.gather(*batch.tasks)
            await self._feeds.advance(self._feed.name, batch.position)
            self._outages.succeeded()
        return _Batch(started_at=self._clock.now())

    async def _apply(self, event: Event, *, after: asyncio.Task[None] | None) -> None:
        """
        Apply one event. A defect would recur with every try, so it is logged and the event skipped.

        Raises what ``after``, which applies the event before it, raises: both are read again.
        """
        if after is not None:
            await after
        structlog.contextvars.bind_contextvars(
            feed=self._feed.name, position=event.position, **_about(event)
        )
        try:
            await self._apply_with_retries(event)
        except (StoreUnavailable, StaleVersion):
            raise
        except Exception:  # noqa: BLE001 - the last resort: the events behind it must not wait
            _log.exception("feed.event_raised")

    async def _apply_with_retries(self, event: Event) -> None:
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
    """The tasks that apply events, and the position after the last event."""

    def __init__(self, *, started_at: datetime) -> None:
        self._started_at = started_at
        self.tasks: list[asyncio.Task[None]] = []
        self.position: str | None = None
        self._last: dict[ProcessId | LookupKey, asyncio.Task[None]] = {}

    def last_about(self, event: Event) -> asyncio.Task[None] | None:
        """The task that applies the event before this one about the same process, if there is one."""
        return self._last.get(event.inbound.about) if event.inbound else None

    def add(self, event: Event, task: asyncio.Task[None]) -> None:
        self.tasks.append(task)
        self.position = event.position
        if event.inbound:
            self._last[event.inbound.about] = task

    def is_full(self, now: datetime) -> bool:
        return len(self.tasks) >= BATCH_MAX or now - self._started_at >= BATCH_TIME


def _about(event: Event) -> dict[str, str]:
    """The process that the event is about, by its id or by a lookup key."""
    if event.inbound is None:
        return {}
    about = event.inbound.about
    return {"process": about.value if isinstance(about, LookupKey) else about}
