"""``python -m entrypoints.worker``: jobs, event streams, polling and chores, until told to stop."""

from __future__ import annotations

import asyncio
import functools
import signal
import sys
from typing import Any

import structlog
import uvloop

from entrypoints import lifecycle, settings
from entrypoints.lifecycle import Running
from entrypoints.settings import InvalidConfiguration, Settings
from entrypoints.worker import chores
from entrypoints.worker.feeds import Follower
from entrypoints.worker.relay import Relay

_log = structlog.get_logger()


async def serve(configuration: Settings) -> None:
    """Work until SIGINT or SIGTERM; jobs under way are finished, everything else is dropped."""
    stop = asyncio.Event()
    for signum in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    async with lifecycle.running(configuration, role="worker") as running:
        tasks = start(running, configuration)
        _log.info("worker.started", feeds=[feed.name for feed in running.application.feeds])
        stopping = asyncio.create_task(stop.wait())
        waiting: list[asyncio.Task[Any]] = [stopping, *tasks]
        done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        for task in done - {stopping}:
            task.result()


def start(running: Running, configuration: Settings) -> list[asyncio.Task[None]]:
    """Every loop of the worker, as a task. None of them ends by itself."""
    application, clock, worker = running.application, running.clock, configuration.worker
    forever = functools.partial(chores.forever, clock=clock)
    relay = Relay(application.work, application.doorbell, clock, worker)
    loops = [
        relay.run(),
        forever(
            "arrivals",
            functools.partial(chores.poll_arrivals, application.news),
            every_s=worker.poll_inbound_s,
        ),
        forever(
            "roll-up",
            functools.partial(chores.roll_up, application.ledger),
            every_s=worker.roll_up_s,
        ),
        forever(
            "seal",
            functools.partial(chores.seal, application.audit, clock),
            every_s=worker.seal_s,
        ),
        forever(
            "sweep",
            functools.partial(chores.sweep, application.receipts, application.deliveries, clock),
            every_s=worker.sweep_s,
        ),
        *(Follower(feed, application.news, clock).run() for feed in application.feeds),
        _open(running, configuration),
    ]
    return [asyncio.create_task(loop) for loop in loops]


async def _open(running: Running, configuration: Settings) -> None:
    """What must be in place once, then nothing for ever."""
    application, clock = running.application, running.clock
    await chores.until_done(
        "treasury",
        functools.partial(chores.open_treasury, application.wallets, configuration.chains),
        clock=clock,
    )
    await chores.until_done(
        "webhooks",
        functools.partial(
            chores.subscribe,
            application.mailroom,
            configuration.http.public_url,
            application.webhook_sources,
        ),
        clock=clock,
    )
    await asyncio.Event().wait()


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
