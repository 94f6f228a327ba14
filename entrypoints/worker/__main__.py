"""``python -m entrypoints.worker``: runs jobs, feeds and periodic tasks until a stop signal."""

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
"""How long the loops have to end, in addition to the time for running jobs."""

FEED_TOLERANCE_S = 180.0
"""A quiet stream is closed after 120 s, and opened again after at most 30 s."""

TASK_TOLERANCE_S = 60.0
"""How late a periodic task may be before its heartbeat stops."""

_log = structlog.get_logger()


async def serve(configuration: Settings) -> None:
    """
    Work until SIGINT or SIGTERM. Raises ``ClockSkewed`` when this machine's clock has become wrong.

    Then no more jobs are claimed, and running ones are finished. Feeds stop after the last event that was
    applied, periodic tasks between two of their commits.
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
    """Start every loop of the worker as a task. None of them returns."""
    application, clock, worker = running.application, running.clock, configuration.worker
    watchdog, scheduler = LoopWatchdog(clock), Scheduler(clock, running.resources.metrics)
    job_runner = JobRunner(
        application.jobs,
        application.job_signal,
        clock,
        worker,
        touch=watchdog.loop(WorkerKind.RELAY, tolerance_s=worker.lease_s + worker.idle_s),
    )
    consumers = (
        FeedConsumer(
            feed,
            application.feeds,
            clock,
            touch=watchdog.loop(WorkerKind.FEEDS, tolerance_s=FEED_TOLERANCE_S),
        )
        for feed in application.streams
    )
    beat = functools.partial(watchdog.beat, application.heartbeats, every_s=worker.beat_s)
    loops = [
        job_runner.run(),
        *(consumer.run() for consumer in consumers),
        *(
            scheduler.forever(
                name,
                periodic_task,
                every_s=every_s,
                touch=watchdog.loop(WorkerKind.CHORES, tolerance_s=every_s + TASK_TOLERANCE_S),
            )
            for name, periodic_task, every_s in _periodic_tasks(running, worker)
        ),
        scheduler.forever("heartbeat", beat, every_s=worker.beat_s),
        _set_up(running, configuration, scheduler),
        running.resources.clock.until_skewed(),
    ]
    return [asyncio.create_task(loop) for loop in loops]


def _periodic_tasks(
    running: Running, worker: WorkerSettings
) -> Sequence[tuple[str, PeriodicTask, float]]:
    """The name of each periodic task, the task, and the seconds between two runs."""
    app, clock, meter = running.application, running.clock, running.resources.metrics
    bound = functools.partial
    settle = bound(periodic_tasks.settle_advances, app.brokerage, app.cursors)
    return (
        ("arrivals", bound(periodic_tasks.poll_inbound, app.feeds), worker.poll_inbound_s),
        (
            "wallets",
            bound(periodic_tasks.watch_wallets, app.frozen_wallets),
            worker.watch_wallets_s,
        ),
        ("roll-up", bound(periodic_tasks.roll_up, app.ledger), worker.roll_up_s),
        ("seal", bound(periodic_tasks.seal, app.audit_trail, clock), worker.seal_s),
        (
            "sweep",
            bound(periodic_tasks.sweep, app.idempotency_records, app.rejected_webhooks, clock),
            worker.sweep_s,
        ),
        ("advances", bound(settle, every_s=worker.settle_s), worker.settle_s),
        (
            "vitals",
            bound(periodic_tasks.show_operational_state, app.operations, meter),
            worker.vitals_s,
        ),
        (
            "breaks",
            bound(periodic_tasks.show_breaks, app.reconciliation_runs, meter),
            worker.breaks_s,
        ),
        (
            "supervise",
            bound(periodic_tasks.supervise, app.supervision, meter),
            worker.supervise_s,
        ),
        ("reconcile", bound(periodic_tasks.reconcile, app.reconciliation_runs), worker.reconcile_s),
        ("balance", bound(periodic_tasks.show_balance, app.operations, meter), worker.balance_s),
    )


async def _set_up(running: Running, configuration: Settings, scheduler: Scheduler) -> None:
    """Open the treasury and subscribe to webhooks, then wait until cancelled."""
    application = running.application
    await scheduler.until_done(
        "treasury",
        functools.partial(periodic_tasks.open_treasury, application.wallets, configuration.chains),
    )
    await scheduler.until_done(
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
