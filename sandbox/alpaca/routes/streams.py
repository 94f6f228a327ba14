"""The event streams over HTTP: history first, then live, as server-sent events (alpaca.md §9)."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable

import attrs
from aiohttp import web

from sandbox.alpaca.errors import Invalid
from sandbox.alpaca.events import Events, Stream
from sandbox.alpaca.fields import Fields
from sandbox.alpaca.routes.wire import read_query
from sandbox.alpaca.ulids import first_of, is_ulid, last_of
from sandbox.world import World

BATCH = 500
LEGACY = {
    "/v1/events/accounts/status": Stream.ACCOUNTS,
    "/v1/events/journals/status": Stream.JOURNALS,
    "/v1/events/trades": Stream.TRADES,
    "/v1/events/transfers/status": Stream.TRANSFERS,
    "/v1/events/nta": Stream.ACTIVITIES,
}
CURRENT = {
    "/v2/events/journals/status": Stream.JOURNALS,
    "/v2/events/trades": Stream.TRADES,
    "/v2/events/funding/status": Stream.TRANSFERS,
    "/v2/events/system": Stream.SYSTEM,
    "/v2/events/admin-actions": Stream.ADMIN,
    "/v2/events/ipos": Stream.IPOS,
    "/v2beta1/events/activities": Stream.STATEMENT,
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@attrs.frozen(kw_only=True)
class Window:
    """
    Events after ``after``, up to and including ``until`` (None: without end).

    guess: ``since_id`` itself is not sent again and ``until_id`` is; the documents do not say.
    """

    after: str
    until: str | None


@attrs.frozen(kw_only=True)
class StreamRoutes:
    _world: World
    _events: Events
    _heartbeat_s: float

    def routes(self) -> list[web.RouteDef]:
        old = [web.get(path, self._follow(stream, legacy=True)) for path, stream in LEGACY.items()]
        new = [
            web.get(path, self._follow(stream, legacy=False)) for path, stream in CURRENT.items()
        ]
        return old + new

    def _follow(self, stream: Stream, *, legacy: bool) -> Handler:
        return functools.partial(self.follow, stream=stream, legacy=legacy)

    async def follow(
        self, request: web.Request, *, stream: Stream, legacy: bool
    ) -> web.StreamResponse:
        window = self._window(read_query(request), stream)
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache"}
        )
        await response.prepare(request)
        try:
            await self._send(response, window, stream, legacy=legacy)
            await response.write_eof()
        except ConnectionError:
            # The reader went away; it resumes from its last event when it returns.
            return response
        return response

    async def _send(
        self, response: web.StreamResponse, window: Window, stream: Stream, *, legacy: bool
    ) -> None:
        last = window.after
        while not self._events.broadcast.is_closed:
            # Read before the events: a later end cannot hide one of them.
            over = window.until is not None and first_of(self._world.clock.now()) > window.until
            events = self._events.after(stream, last, limit=BATCH)
            for event in events:
                if window.until is not None and event.ulid > window.until:
                    return
                await response.write(b"data: %b\n\n" % (event.legacy if legacy else event.current))
                last = event.ulid
            if events:
                continue
            if over:
                return
            if not await self._events.broadcast.wait(timeout_s=self._wait_s(window)):
                await response.write(b": heartbeat\n\n")

    def _wait_s(self, window: Window) -> float:
        return self._heartbeat_s if window.until is None else min(self._heartbeat_s, 1.0)

    def _window(self, query: Fields, stream: Stream) -> Window:
        since, until = query.moment("since"), query.moment("until")
        since_id = query.optional("since_ulid") or query.optional("since_id")
        until_id = query.optional("until_ulid") or query.optional("until_id")
        if (until and not since) or (until_id and not since_id):
            raise Invalid("until needs since, and until_id needs since_id")
        if since and since_id:
            raise Invalid("since and since_id exclude each other")
        after = first_of(since) if since else self._events.newest(stream)
        if since_id:
            after = self._ulid(stream, since_id)
        end = last_of(until) if until else None
        return Window(after=after, until=self._ulid(stream, until_id) if until_id else end)

    def _ulid(self, stream: Stream, text: str) -> str:
        """An id of either API: a ULID, or the number of a legacy event."""
        if text.isdecimal() and len(text) < LEGACY_DIGITS_MAX:
            return self._events.ulid_of(stream, int(text))
        if not is_ulid(text):
            raise Invalid("event ids are ULIDs")
        return text


LEGACY_DIGITS_MAX = 19
