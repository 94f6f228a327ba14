"""Serves an aiohttp application, and stops it cleanly."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import structlog
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

log = structlog.get_logger("http")

LINGERING_S = 2.0
"""How long a client may still send an unread body after its answer, before it is disconnected."""

_UNREADABLE = (HttpProcessingError, web.RequestPayloadError)


class _WithoutTraceback(logging.Filter):
    """Log unreadable requests as warnings without a traceback, which would quote headers and secrets."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, _UNREADABLE):
            record.msg, record.args = f"unreadable request: {type(error).__name__}", ()
            record.levelno, record.levelname = logging.WARNING, "WARNING"
            record.exc_info = None
        return True


_WITHOUT_TRACEBACK = _WithoutTraceback()


@asynccontextmanager
async def listening(
    app: web.Application,
    *,
    host: str,
    port: int,
    drain_s: float,
    runs: Callable[..., web.AppRunner] = web.AppRunner,
) -> AsyncIterator[int]:
    """Serve ``app`` as ``serving`` does, and log the start and the end."""
    async with serving(app, host=host, port=port, drain_s=drain_s, runs=runs) as bound:
        log.info("listening", host=host, port=bound)
        yield bound
        log.info("draining", at_most_s=drain_s)


@asynccontextmanager
async def serving(
    app: web.Application,
    *,
    host: str,
    port: int,
    drain_s: float,
    runs: Callable[..., web.AppRunner] = web.AppRunner,
) -> AsyncIterator[int]:
    """
    Serve ``app`` and yield the port, which the system chooses if ``port`` is 0. ``runs`` makes the runner.

    At the end no new connection is accepted, and open requests have ``drain_s`` to finish.
    """
    logging.getLogger("aiohttp.server").addFilter(_WITHOUT_TRACEBACK)
    runner = runs(app, access_log=None, shutdown_timeout=drain_s, lingering_time=LINGERING_S)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        bound: int = runner.addresses[0][1]
        yield bound
    finally:
        await runner.cleanup()
