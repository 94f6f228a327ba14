"""
Webhooks of providers: stored byte for byte, and processed later by the worker.

The response is sent after the message, or the verdict on it, is stored.
"""

from __future__ import annotations

import attrs
import structlog
from aiohttp import web

from domain.errors import DomainError
from domain.services.integration.webhooks import verdict_on
from entrypoints.http.app_keys import application
from entrypoints.http.bodies import answer, read_bytes

ACCEPTED = "accepted"
UNDECIDED = "undecided"
"""The message was not judged: it arrived incomplete, or a dependency was not available."""

log = structlog.get_logger("http")


@attrs.frozen
class ReceivedView:
    status: str = "received"


async def circle(request: web.Request) -> web.Response:
    """Receive a message from Circle."""
    return await _receive(request, "circle")


async def due(request: web.Request) -> web.Response:
    """Receive a message from Due."""
    return await _receive(request, "due")


async def harbor(request: web.Request) -> web.Response:
    """Receive a message from Harbor."""
    return await _receive(request, "harbor")


async def alpaca(request: web.Request) -> web.Response:
    """Receive an event of Alpaca from a push relay that reads its streams."""
    return await _receive(request, "alpaca")


async def reachable(_: web.Request) -> web.Response:
    """Answer Circle's check of the address before it subscribes (circle.md §8)."""
    return web.Response()


async def _receive(request: web.Request, source: str) -> web.Response:
    """Logs one ``webhook`` line with the verdict on each request, so that verdicts can be counted."""
    try:
        body = await read_bytes(request)
        await application(request).webhooks.receive(source, body=body, headers=request.headers)
    except DomainError as error:
        verdict = verdict_on(error)
        log.info("webhook", source=source, verdict=verdict.value if verdict else UNDECIDED)
        raise
    log.info("webhook", source=source, verdict=ACCEPTED)
    return answer(ReceivedView())
