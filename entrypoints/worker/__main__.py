"""``python -m entrypoints.worker``: jobs, event streams, polling and chores, until told to stop."""

from __future__ import annotations

import asyncio
import functools
import sys
from collections.abc import Sequence
from typing import Any

import structlog

from entrypoints import lifecycle
from entrypoints.gc_tuning import freeze_startup_objects
from entrypoints.lifecycle import Running
from entrypoints.program import run
from entrypoints.settings import Settings, WorkerSettings
from entrypoints.signals import stop_signals
from entrypoints.worker import periodic_tasks
from entrypoints.worker.feeds import FeedConsumer
from entrypoints.worker.job_runner import JobRunner
from entrypoints.worker.liveness import LoopWatchdog
from entrypoints.worker.scheduler import PeriodicTask, Scheduler
from ports.heartbeats import WorkerKind

STOPPING_S = 2.0
"""What the loops have for their ends, beyond what jobs under way are given."""

FEED_TOLERANCE_S = 180.0
"""A quiet stream is given up after 120 s, and taken up again after at most 30."""

CHORE_TOLERANCE_S = 60.0
"""How late a chore may be before its kind is silent."""

_log = structlog.get_logger()


async def serve(configuration: Settings) -> None:
    """
    Work until SIGINT or SIGTERM.

    Then nothing more is claimed and jobs under way are finished; event streams are left behind the last
    event that was taken in, and chores between two of their commits.
    """
    with stop_signals() as stop:
        async with lifecycle.running(configuration, role="worker") as running:
            freeze_startup_objects()
            tasks = start(running, configuration)
            _log.info("worker.started", feeds=[feed.name for feed in running.application.streams])
            stopping = asyncio.create_task(stop.wait())
            waiting: list[asyncio.Task[Any]] = [stopping, *tasks]
            done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            _log.info("draining", at_most_s=configuration.worker.drain_s)
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks, timeout=configuration.worker.drain_s + STOPPING_S)
            for task in done - {stopping}:
                task.result()


def start(running: Running, configuration: Settings) -> list[asyncio.Task[None]]:
    """Every loop of the worker, as a task. None of them ends by itself."""
    application, clock, worker = running.application, running.clock, configuration.worker
    pulse, rounds = LoopWatchdog(clock), Scheduler(clock, running.resources.metrics)
    relay = JobRunner(
        application.jobs,
        application.job_signal,
        clock,
        worker,
        touch=pulse.loop(WorkerKind.RELAY, tolerance_s=worker.lease_s + worker.idle_s),
    )
    followers = (
        FeedConsumer(
            feed,
            application.feeds,
            clock,
            touch=pulse.loop(WorkerKind.FEEDS, tolerance_s=FEED_TOLERANCE_S),
        )
        for feed in application.streams
    )
    beat = functools.partial(pulse.beat, application.heartbeats, every_s=worker.beat_s)
    loops = [
        relay.run(),
        *(follower.run() for follower in followers),
        *(
            rounds.forever(
                name,
                chore,
                every_s=every_s,
                touch=pulse.loop(WorkerKind.CHORES, tolerance_s=every_s + CHORE_TOLERANCE_S),
            )
            for name, chore, every_s in _chores(running, worker)
        ),
        rounds.forever("heartbeat", beat, every_s=worker.beat_s),
        _open(running, configuration, rounds),
    ]
    return [asyncio.create_task(loop) for loop in loops]


def _chores(running: Running, worker: WorkerSettings) -> Sequence[tuple[str, PeriodicTask, float]]:
    """What is done from time to time: its name, how, and after how many seconds again."""
    app, clock, meter = running.application, running.clock, running.resources.metrics
    do = functools.partial
    return (
        ("arrivals", do(periodic_tasks.poll_inbound, app.feeds), worker.poll_inbound_s),
        ("roll-up", do(periodic_tasks.roll_up, app.ledger), worker.roll_up_s),
        ("seal", do(periodic_tasks.seal, app.audit_trail, clock), worker.seal_s),
        (
            "sweep",
            do(periodic_tasks.sweep, app.idempotency_records, app.rejected_webhooks, clock),
            worker.sweep_s,
        ),
        ("advances", do(periodic_tasks.settle_advances, app.brokerage), worker.settle_s),
        ("vitals", do(periodic_tasks.show_vitals, app.operations, meter), worker.vitals_s),
        ("balance", do(periodic_tasks.show_balance, app.operations, meter), worker.balance_s),
    )


async def _open(running: Running, configuration: Settings, rounds: Scheduler) -> None:
    """What must be in place once, then nothing for ever."""
    application = running.application
    await rounds.until_done(
        "treasury",
        functools.partial(periodic_tasks.open_treasury, application.wallets, configuration.chains),
    )
    await rounds.until_done(
        "webhooks",
        functools.partial(
            periodic_tasks.subscribe,
            application.webhooks,
            configuration.http.public_url,
            application.webhook_sources,
        ),
    )
    await asyncio.Event().wait()


if __name__ == "__main__":
    sys.exit(run(serve))
