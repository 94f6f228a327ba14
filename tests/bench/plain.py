"""(e) The yardstick: one handler of ours with the application behind it and no middleware before it."""

from __future__ import annotations

import asyncio
import sys

import uvloop
from aiohttp import web

from entrypoints import configuration, lifecycle
from entrypoints.http.app_keys import APPLICATION
from entrypoints.http.handlers import catalogue, health


async def serve(port: int) -> None:
    async with lifecycle.running(configuration.load(), role="plain") as running:
        app = web.Application()
        app[APPLICATION] = running.application
        app.router.add_get("/v1/baskets", catalogue.baskets)
        app.router.add_get("/health/liveness", health.liveness)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", port).start()
            await asyncio.Event().wait()
        finally:
            await runner.cleanup()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
