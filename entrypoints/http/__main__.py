"""``python -m entrypoints.http``: the public API, until told to stop."""

from __future__ import annotations

import sys

import uvloop

from entrypoints import lifecycle, settings
from entrypoints.http.app import create_app
from entrypoints.http.server import listening, stop_signals
from entrypoints.settings import InvalidConfiguration, Settings


async def serve(configuration: Settings) -> None:
    """Answer until SIGINT or SIGTERM; what is in flight is answered before anything is closed."""
    http = configuration.http
    with stop_signals() as stop:
        async with lifecycle.running(configuration, role="http") as running:
            app = create_app(
                running.application,
                probes=running.probes,
                clock=running.clock,
                settings=http,
                limits=configuration.limits,
                spans=running.resources.tracing.requests,
            )
            async with listening(app, host=http.host, port=http.port, drain_s=http.drain_s):
                await stop.wait()


def main() -> int:
    try:
        configuration = settings.load()
    except InvalidConfiguration as error:
        print(error, file=sys.stderr)
        return 2
    uvloop.run(serve(configuration))
    return 0


if __name__ == "__main__":
    sys.exit(main())
