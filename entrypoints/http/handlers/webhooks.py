"""
Providers' webhooks: the bytes are handed on as they came, and read later by the worker.

The answer is given once the message is kept; a message whose signature does not fit is a 401.
"""

from __future__ import annotations

from aiohttp import web

from entrypoints.http.bodies import answer, read_bytes
from entrypoints.http.keys import application


async def circle(request: web.Request) -> web.Response:
    return await _receive(request, "circle")


async def due(request: web.Request) -> web.Response:
    return await _receive(request, "due")


async def reachable(_: web.Request) -> web.Response:
    """Circle asks with HEAD before it subscribes (circle.md §8)."""
    return web.Response()


async def _receive(request: web.Request, source: str) -> web.Response:
    body = await read_bytes(request)
    await application(request).mailroom.receive(source, body=body, headers=request.headers)
    return answer({"status": "received"})
