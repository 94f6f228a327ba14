"""
Providers' webhooks: the bytes are handed on as they came, and read later by the worker.

The answer is given once the message is kept; a message whose signature does not fit is a 401.
"""

from __future__ import annotations

import attrs
from aiohttp import web

from entrypoints.http.bodies import answer, read_bytes
from entrypoints.http.keys import application


@attrs.frozen
class ReceivedView:
    status: str = "received"


async def circle(request: web.Request) -> web.Response:
    """Take a message from Circle."""
    return await _receive(request, "circle")


async def due(request: web.Request) -> web.Response:
    """Take a message from Due."""
    return await _receive(request, "due")


async def reachable(_: web.Request) -> web.Response:
    """Let Circle see that somebody listens, which it asks before it subscribes (circle.md §8)."""
    return web.Response()


async def _receive(request: web.Request, source: str) -> web.Response:
    body = await read_bytes(request)
    await application(request).mailroom.receive(source, body=body, headers=request.headers)
    return answer(ReceivedView())
