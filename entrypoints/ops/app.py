"""
The internal HTTP server of a process: its metrics and its liveness.

It listens on an address and port of its own, which must not be reachable from outside. It serves no
personal data and no secrets.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import structlog
from aiohttp import web

from entrypoints.serving import serving
from entrypoints.settings import MetricsSettings

Page = Callable[[], tuple[bytes, str]]
Handler = Callable[[web.Request], Awaitable[web.Response]]


SCRAPE_S = 1.0
"""How long an open scrape may still take when the process ends."""

log = structlog.get_logger("ops")


@asynccontextmanager
async def metrics_shown(page: Page, settings: MetricsSettings) -> AsyncIterator[None]:
    """Serve the metrics during the block, unless the port is 0."""
    if not settings.port:
        yield
        return
    app = create_ops_app(page)
    async with serving(app, host=settings.host, port=settings.port, drain_s=SCRAPE_S) as port:
        log.info("metrics shown", host=settings.host, port=port)
        yield


def create_ops_app(page: Page) -> web.Application:
    """``page`` returns the metrics and their content type."""
    app = web.Application()
    app.router.add_get("/metrics", _metrics(page))
    app.router.add_get("/health/liveness", _liveness)
    return app


def _metrics(page: Page) -> Handler:
    async def metrics(_: web.Request) -> web.Response:
        body, content_type = page()
        return web.Response(body=body, headers={"Content-Type": content_type})

    return metrics


async def _liveness(_: web.Request) -> web.Response:
    return web.json_response({"status": "ok"})
