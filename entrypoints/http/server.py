"""Listening, and stopping cleanly."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import structlog
from aiohttp import web

log = structlog.get_logger("http")

LINGERING_S = 2.0
"""How long an answered client may go on sending a body that nobody reads, before it is cut off."""

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@asynccontextmanager
async def listening(
    app: web.Application, *, host: str, port: int, drain_s: float
) -> AsyncIterator[int]:
    """
    Serve ``app``; yields the port, which the system chooses when ``port`` is 0.

    On the way out nothing new is accepted, and what is in flight has ``drain_s`` to finish.
    """
    runner = web.AppRunner(
        app, access_log=None, shutdown_timeout=drain_s, lingering_time=LINGERING_S
    )
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        bound: int = runner.addresses[0][1]
        log.info("listening", host=host, port=bound)
        yield bound
        log.info("draining", at_most_s=drain_s)
    finally:
        await runner.cleanup()


@contextmanager
def stop_signals() -> Iterator[asyncio.Event]:
    """Set on SIGINT or SIGTERM; a second one ends the process at once."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()

    def on_signal() -> None:
        stop.set()
        for each in _SIGNALS:
            loop.remove_signal_handler(each)

    for each in _SIGNALS:
        loop.add_signal_handler(each, on_signal)
    try:
        yield stop
    finally:
        for each in _SIGNALS:
            loop.remove_signal_handler(each)
