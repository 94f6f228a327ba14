"""Following a stream: silence is not its end, and one event that breaks does not stop it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from typing import cast

from adapters.alpaca.sse import frames
from adapters.memory.clock import ManualClock
from domain.errors import DomainError
from domain.services.integration.feeds import FeedService
from entrypoints.worker.feeds import FeedConsumer
from entrypoints.worker.liveness import LoopWatchdog
from ports.heartbeats import WorkerKind
from ports.inbound import Event, Feed, unheard
from tests.support.waiting import eventually

TOLERANCE_S = 60.0
QUIET_S = 15.0


class News:
    async def position(self, _: str) -> str | None:
        return None


class Quiet(Feed):
    """Alpaca at night: a comment every 15 seconds, and no event for an hour; then it waits to be left."""

    name = "quiet"

    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock
        self.is_over = asyncio.Event()

    async def events(
        self, *, since: str | None, alive: Callable[[], None] = unheard
    ) -> AsyncGenerator[Event, None]:
        async for frame in frames(self._lines(), operation=self.name, alive=alive):
            yield Event(str(frame), None)

    async def _lines(self) -> AsyncGenerator[bytes, None]:
        for _ in range(240):
            self._clock.advance(QUIET_S)
            yield b":heartbeat\n"
            yield b"\n"
        self.is_over.set()
        await asyncio.Event().wait()


async def test_a_quiet_stream_that_is_heard_keeps_the_worker_alive() -> None:
    clock = ManualClock()
    pulse, feed = LoopWatchdog(clock), Quiet(clock)
    touch = pulse.loop(WorkerKind.FEEDS, tolerance_s=TOLERANCE_S)
    following = asyncio.create_task(
        FeedConsumer(feed, cast(FeedService, News()), clock, touch=touch).run()
    )
    await feed.is_over.wait()
    assert pulse.beating() == [WorkerKind.FEEDS]
    following.cancel()
    with suppress(asyncio.CancelledError):
        await following


class ThreeEvents(Feed):
    """A stream of three events, over and over."""

    name = "stream"

    def __init__(self) -> None:
        self.opened = 0

    async def events(
        self, *, since: str | None, alive: Callable[[], None] = unheard
    ) -> AsyncGenerator[Event, None]:
        self.opened += 1
        for position in "123":
            if since is None or position > since:
                yield Event(position, None)


class PoisonedNews:
    """Takes in everything but the second event, on which it breaks."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.at: str | None = None
        self.is_behind = asyncio.Event()

    async def position(self, _: str) -> str | None:
        return self.at

    async def apply_event(self, _: str, event: Event) -> DomainError | None:
        if event.position == "2":
            raise KeyError("a defect")
        self.taken.append(event.position)
        return None

    async def advance(self, _: str, position: str) -> None:
        self.at = position
        self.is_behind.set()


async def test_an_event_that_breaks_stops_neither_the_stream_nor_the_worker() -> None:
    news = PoisonedNews()
    clock = ManualClock(sleeping_advances=True)
    stream = ThreeEvents()
    following = asyncio.create_task(FeedConsumer(stream, cast(FeedService, news), clock).run())
    await eventually(lambda: news.at == "3" and stream.opened >= 5, "the stream's going on")
    assert not following.done()
    following.cancel()
    assert news.at == "3"
    assert sorted(news.taken) == ["1", "3"]
