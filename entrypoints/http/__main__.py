"""``python -m entrypoints.http``: serves the public API until a stop signal."""

from __future__ import annotations

import sys
from functools import partial

from entrypoints import lifecycle
from entrypoints.gc_tuning import freeze_startup_objects
from entrypoints.http.app import create_app
from entrypoints.http.app_keys import CHECKS
from entrypoints.http.connection import Runner
from entrypoints.program import run
from entrypoints.serving import listening
from entrypoints.settings import Settings
from entrypoints.signals import stop_signals


async def serve(configuration: Settings) -> None:
    """
    Answer until SIGINT or SIGTERM, then stop without losing a request.

    First it reports that it is not ready, for as long as the load balancer needs to notice. Then it accepts
    no connections, answers the open requests, exports its spans, and closes PostgreSQL and Valkey, in this
    order.
    """
    http = configuration.http
    with stop_signals() as stop:
        async with lifecycle.running(configuration, role="http") as running:
            app = create_app(
                running.application,
                probes=running.probes,
                startup=running.startup,
                meter=running.resources.metrics,
                clock=running.clock,
                settings=http,
                limits=configuration.limits,
                spans=running.resources.tracing.requests,
            )
            async with listening(
                app,
                host=http.host,
                port=http.port,
                drain_s=http.drain_s,
                runs=partial(Runner, settings=http.connections),
            ):
                freeze_startup_objects()
                await stop.wait()
                app[CHECKS].leave()
                await running.clock.sleep(http.drain_delay_s)


if __name__ == "__main__":
    sys.exit(run(serve))
