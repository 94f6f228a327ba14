"""
One client connection, with its limits before and after a request.

aiohttp answers unparsable requests in plain text without the middlewares, waits up to an hour for headers,
and does not limit the number of connections. Here such a request passes through the middlewares like any
other, and ``readable`` raises its refusal. Only this file depends on internals of aiohttp's
``RequestHandler``; tests/component/test_hygiene_wire.py fails when they change.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http import HttpVersion11, RawRequestMessage
from aiohttp.streams import EMPTY_PAYLOAD, StreamReader
from aiohttp.web_protocol import ERROR, RequestHandler, _ErrInfo
from multidict import CIMultiDict, CIMultiDictProxy

from entrypoints.http.app_keys import REFUSAL
from entrypoints.http.middleware.correlation import correlation
from entrypoints.http.middleware.malformed import (
    HeadersTooSlow,
    TooManyConnections,
    UnmetExpectation,
    unreadable,
)
from entrypoints.http.middleware.problems import problems
from entrypoints.http.problems import HttpRefusal
from entrypoints.settings import ConnectionSettings

HEADERS_MAX = 64
HEADER_SIZE_MAX = 8190
"""The limit in bytes for the request line and for each header."""

Answerer = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]

_NO_REQUEST = ERROR._replace(version=HttpVersion11, headers=CIMultiDictProxy(CIMultiDict()))
"""Replaces aiohttp's message for an unreadable request, whose headers cannot be read."""


class Connection(RequestHandler):
    """Closes connections that send headers or read answers too slowly, or exceed the number allowed."""

    __slots__ = ("_clock", "_has_begun", "_settings")

    def __init__(self, server: Server, settings: ConnectionSettings, **options: Any) -> None:
        super().__init__(server, keepalive_timeout=settings.idle_timeout_s, **options)
        self._settings = settings
        self._clock: asyncio.TimerHandle | None = None
        self._has_begun = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        if self._manager is not None and len(self._manager.connections) > self._settings.most:
            self._refuse(TooManyConnections())
        else:
            self._start_clock()

    def connection_lost(self, exc: BaseException | None) -> None:
        self._stop_clock()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        known = self._request_count
        super().data_received(data)
        if self._request_count > known:
            self._stop_clock()
            self._break_off_body()
        elif self._waiter is not None:
            self._has_begun = True
            self._start_clock()

    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        """Send the answer; abort the connection if the client does not read it in time."""
        limit = asyncio.timeout(self._settings.answer_timeout_s)
        try:
            async with limit:
                return await super().finish_response(request, resp, start_time)
        except TimeoutError:
            if limit.expired() and isinstance(self.transport, asyncio.WriteTransport):
                self.transport.abort()
                return resp, True
            raise

    def _make_error_handler(self, err_info: _ErrInfo) -> Answerer:
        """Have the application answer a request that the parser could not read."""
        return partial(self._answer_refusal, unreadable(err_info.exc))

    async def _answer_refusal(
        self, refusal: HttpRefusal, request: web.BaseRequest
    ) -> web.StreamResponse:
        request[REFUSAL] = refusal
        if self._request_handler is None:
            raise ConnectionResetError
        return await self._request_handler(request)

    def _break_off_body(self) -> None:
        """End the wait for a body whose bytes cannot be parsed."""
        request = self._current_request
        is_unreadable = bool(self._messages) and isinstance(self._messages[-1][0], _ErrInfo)
        if is_unreadable and request is not None and not request.content.is_eof():
            request.content.set_exception(web.RequestPayloadError())

    def _start_clock(self) -> None:
        if self._clock is None:
            self._clock = self._loop.call_later(self._settings.header_timeout_s, self._cut_off)

    def _stop_clock(self) -> None:
        self._has_begun = False
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None

    def _cut_off(self) -> None:
        """Answer a client that has begun a request; just close the connection of a silent one."""
        self._clock = None
        if self._has_begun:
            self._refuse(HeadersTooSlow())
        else:
            self.force_close()

    def _refuse(self, refusal: HttpRefusal) -> None:
        """Answer with ``refusal`` instead of reading a request, and close."""
        info = _ErrInfo(status=refusal.status, exc=refusal, message="")
        self._messages.append((info, EMPTY_PAYLOAD))
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


class Server(web.Server):
    """Makes a ``Connection`` for each client."""

    def __init__(self, app: web.Server, settings: ConnectionSettings, **options: Any) -> None:
        self._answer = app.request_handler
        self._request_of = app.request_factory
        self._connection = partial(Connection, self, settings, **options)
        super().__init__(self._answered, request_factory=self._readable)

    def __call__(self) -> Connection:
        return self._connection(loop=self._loop)

    async def _answered(self, request: web.BaseRequest) -> web.StreamResponse:
        """Turn aiohttp's refusal of an ``Expect`` header, made before any middleware, into a problem."""
        try:
            return await self._answer(request)
        except web.HTTPExpectationFailed:
            if not isinstance(request, web.Request):
                raise
            return await correlation(request, partial(problems, handler=_expected))

    def _readable(
        self,
        message: RawRequestMessage,
        payload: StreamReader,
        protocol: RequestHandler,
        writer: AbstractStreamWriter,
        task: asyncio.Task[None],
    ) -> web.BaseRequest:
        known = _NO_REQUEST if message is ERROR else message
        return self._request_of(known, payload, protocol, writer, task)


class Runner(web.AppRunner):
    """Runs an application on ``Connection``."""

    def __init__(
        self, app: web.Application, *, settings: ConnectionSettings, **options: Any
    ) -> None:
        super().__init__(
            app,
            max_headers=HEADERS_MAX,
            max_line_size=HEADER_SIZE_MAX,
            max_field_size=HEADER_SIZE_MAX,
            **options,
        )
        self._settings = settings

    async def _make_server(self) -> Server:
        made = await super()._make_server()
        return Server(made, self._settings, **self._kwargs)


async def _expected(_: web.Request) -> web.StreamResponse:
    raise UnmetExpectation
