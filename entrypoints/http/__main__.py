"""The public HTTP API: ``python -m entrypoints.http``."""

from __future__ import annotations

import uvloop

from entrypoints import lifecycle, settings
from entrypoints.http.app import create_app
from entrypoints.http.server import listening, stop_signals


async def main() -> None:
    configuration = settings.load()
    http = configuration.http
    with stop_signals() as stop:
        async with lifecycle.running(configuration, role="http") as running:
            app = create_app(running.application, probes=running.probes, clock=running.clock)
            async with listening(app, host=http.host, port=http.port, drain_s=http.drain_s):
                await stop.wait()


if __name__ == "__main__":
    uvloop.run(main())
