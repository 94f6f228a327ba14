"""A stream on which nothing happens, but whose provider is there, is not missed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from typing import cast

from adapters.alpaca.sse import frames
from adapters.memory.clock import ManualClock
from domain.services.integration.feeds import NewsService
from entrypoints.worker.feeds import Follower
from entrypoints.worker.pulse import Pulse
from ports.heartbeats import WorkerKind
from ports.notices import Event, Feed, unheard

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
    pulse, feed = Pulse(clock), Quiet(clock)
    touch = pulse.loop(WorkerKind.FEEDS, tolerance_s=TOLERANCE_S)
    following = asyncio.create_task(
        Follower(feed, cast(NewsService, News()), clock, touch=touch).run()
    )
    await feed.is_over.wait()
    assert pulse.beating() == [WorkerKind.FEEDS]
    following.cancel()
    with suppress(asyncio.CancelledError):
        await following
