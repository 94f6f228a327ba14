"""Faults of requests: the middleware around each provider, outside everything the provider does."""

from __future__ import annotations

import asyncio
import socket
import struct
import time
from collections.abc import Mapping
from typing import Any

import attrs
import orjson
from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.faults.action import Action, Kind
from sandbox.faults.faults import Faults
from sandbox.faults.rule import REQUEST, Occurrence
from sandbox.faults.traffic import Seen, Traffic
from sandbox.faults.unlisted import Unlisted, missing

POLL_S = 0.05
TOO_MANY = 429
RESET_AT_CLOSE = struct.pack("ii", 1, 0)


@attrs.frozen
class Engine:
    """``prefix`` is where the provider is mounted; rules see paths without it."""

    _faults: Faults
    _traffic: Traffic
    provider: str
    prefix: str
    _unlisted: Unlisted = attrs.field(factory=Unlisted)
    _late: set[asyncio.Task[web.StreamResponse]] = attrs.field(factory=set)

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        struck: tuple[str, Action] | None = None
        if self._faults.concern_requests_of(self.provider):
            struck = self._faults.strike(await self._occurrence(request))
        name, status = struck[0] if struck else "", None
        try:
            response = await (
                self._suffer(struck[1], request, handler)
                if struck
                else self._answer(request, handler)
            )
            status = None if _is_cut(request) else response.status
            return response
        finally:
            path = self._path(request)
            self._traffic.saw(Seen(self.provider, request.method, path, status, name))

    def _path(self, request: web.Request) -> str:
        return request.path.removeprefix(self.prefix)

    async def _occurrence(self, request: web.Request) -> Occurrence:
        return Occurrence(
            point=REQUEST,
            provider=self.provider,
            method=request.method,
            path=self._path(request),
            fields=_fields(await request.read()),
        )

    async def _answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        response = await handler(request)
        if request.method != "GET":
            return response
        return self._unlisted.seen_in(response) or missing(self.provider)

    async def _suffer(
        self, action: Action, request: web.Request, handler: Handler
    ) -> web.StreamResponse:
        match action.kind:
            case Kind.ERROR:
                return self._refusal(int(action.number("status")))
            case Kind.THROTTLE:
                wait = {"Retry-After": f"{action.number('retry_after_s'):.0f}"}
                return self._refusal(TOO_MANY, headers=wait)
            case Kind.DELAY:
                await asyncio.sleep(action.number("delay_s"))
                return await handler(request)
            case Kind.TIMEOUT_AFTER:
                response = await handler(request)
                await _hang(request, hold_s=action.number("hold_s"))
                return response
            case Kind.TIMEOUT_BEFORE:
                await _hang(request, hold_s=action.number("hold_s"))
            case Kind.MALFORMED:
                return _spoilt(await handler(request))
            case Kind.LATE_EFFECT:
                _cut(request)
                late = asyncio.create_task(self._act_late(action, request, handler))
                self._late.add(late)
                late.add_done_callback(self._late.discard)
                return await asyncio.shield(late)
            case _:
                _cut(request)
        return web.Response()

    async def _act_late(
        self, action: Action, request: web.Request, handler: Handler
    ) -> web.StreamResponse:
        await asyncio.sleep(action.number("delay_s"))
        response = await handler(request)
        self._unlisted.hide(response, lag_s=action.number("lag_s"))
        return response

    def _refusal(self, status: int, *, headers: Mapping[str, str] | None = None) -> web.Response:
        message = "this fault was asked for"
        shapes: dict[str, object] = {
            "due": {"statusCode": status, "message": message, "code": "err_internal"},
            "circle": {"code": -1, "message": message},
        }
        body = shapes.get(self.provider, {"code": status * 100_000, "message": message})
        return web.Response(
            body=orjson.dumps(body),
            status=status,
            headers=headers,
            content_type="application/json",
        )


def _fields(content: bytes) -> Mapping[str, Any]:
    try:
        values = orjson.loads(content) if content else {}
    except orjson.JSONDecodeError:
        return {}
    return values if isinstance(values, dict) else {}


def _is_cut(request: web.Request) -> bool:
    return request.transport is None or request.transport.is_closing()


async def _hang(request: web.Request, *, hold_s: float) -> None:
    """Send nothing until the caller disconnects or the time is over, then reset the connection."""
    give_up_at = time.monotonic() + hold_s
    while time.monotonic() < give_up_at and not _is_cut(request):  # noqa: ASYNC110 - there is no event to await
        await asyncio.sleep(POLL_S)
    _cut(request)


def _cut(request: web.Request) -> None:
    """Reset the connection; a later answer is never sent."""
    transport = request.transport
    if transport is None:
        return
    connection = transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_CLOSE)
    transport.abort()


def _spoilt(response: web.StreamResponse) -> web.StreamResponse:
    """The answer with half of its body; a stream that has begun is not changed."""
    if not isinstance(response, web.Response) or not isinstance(response.body, bytes):
        return response
    return web.Response(
        body=response.body[: len(response.body) // 2],
        status=response.status,
        content_type="application/json",
    )
