"""Opens the resources of a process, and closes them in reverse order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

import attrs
import structlog

from adapters.http.session import open_session
from adapters.metrics.process import ProcessMetrics
from adapters.postgres.group_commit import GroupCommit
from adapters.postgres.pool import open_pool
from adapters.postgres.probe import MigrationsProbe
from adapters.postgres.queries import QUERIES
from adapters.postgres.tracing import Fanout, QuerySpans
from adapters.redis import job_signal
from adapters.redis.client import open_redis
from adapters.redis.job_signal import RedisJobSignal
from adapters.system.anchored_clock import AnchoredClock, AskTime
from adapters.system.ids import SystemIds
from adapters.system.logging import configure
from adapters.telemetry.tracing import Tracing
from entrypoints.application import Application
from entrypoints.container import build_container
from entrypoints.ops.app import metrics_shown
from entrypoints.resources import Resources
from entrypoints.settings import Settings
from entrypoints.settings_checks import SettingsProbe
from ports.clock import Clock, ClockSkewed
from ports.errors import StoreUnavailable
from ports.health import Probe

_log = structlog.get_logger()

COMMAND = "cli"
"""The role of a command line process, which has no metrics page: the port may be in use beside it."""


@attrs.frozen
class Running:
    """
    An application with its open resources.

    ``probes`` check what it depends on, ``startup`` what it was started with: schema and settings.
    """

    application: Application
    probes: tuple[Probe, ...]
    startup: tuple[Probe, ...]
    clock: Clock
    resources: Resources


@asynccontextmanager
async def running(settings: Settings, *, role: str) -> AsyncIterator[Running]:
    """
    Open what ``role`` needs, yield the application, close everything in reverse order.

    Raises ``ClockSkewed`` when this machine's clock is too far from PostgreSQL's.
    """
    configure(level=settings.log_level, settings=settings.log)
    async with AsyncExitStack() as stack:
        resources = await _open(stack, settings, role)
        _watch(resources, settings)
        await stack.enter_async_context(job_signal.listening(resources.job_signal))
        container = build_container(settings, resources)
        yield Running(
            application=container.resolve(Application),
            probes=tuple(container.resolve(list[Probe])),
            startup=(MigrationsProbe(resources.pool), SettingsProbe(settings)),
            clock=resources.clock,
            resources=resources,
        )


async def _open(stack: AsyncExitStack, settings: Settings, role: str) -> Resources:
    clock = AnchoredClock(settings.clock)
    metrics = ProcessMetrics(role=role, clock=clock)
    tracing = Tracing.of(settings.tracing, role=role, chance=SystemIds().fraction)
    queries = [QuerySpans(tracing.tracer)] if tracing.is_on else []
    redis = await stack.enter_async_context(open_redis(settings.redis))
    pool = await stack.enter_async_context(
        open_pool(
            settings.postgres,
            application=f"stack-{role}",
            observer=Fanout([metrics.database, *queries]),
        )
    )
    await stack.enter_async_context(
        _measured(clock, partial(pool.fetchval, QUERIES["time_now"]), settings.clock.measure_s)
    )
    session = await stack.enter_async_context(open_session())
    if role != COMMAND:
        await stack.enter_async_context(metrics_shown(metrics.page, settings.metrics))
    stack.push_async_callback(tracing.close)
    return Resources(
        clock=clock,
        tracing=tracing,
        metrics=metrics,
        pool=pool,
        redis=redis,
        session=session,
        commits=GroupCommit(pool, settings.postgres),
        job_signal=RedisJobSignal(redis, clock),
    )


@asynccontextmanager
async def _measured(clock: AnchoredClock, ask: AskTime, every_s: float) -> AsyncIterator[None]:
    """
    The clock is measured before, and again and again during the context.

    Raises ``ClockSkewed`` at the start; later on the clock keeps it as its fault.
    """
    await clock.measure(ask)
    measuring = asyncio.create_task(_keep_measuring(clock, ask, every_s))
    try:
        yield
    finally:
        measuring.cancel()
        await asyncio.wait({measuring})


async def _keep_measuring(clock: AnchoredClock, ask: AskTime, every_s: float) -> None:
    while True:
        await clock.sleep(every_s)
        try:
            await clock.measure(ask)
        except ClockSkewed as error:
            _log.critical("clock.skewed", error=str(error), skew_s=round(clock.skew_s, 3))
        except (StoreUnavailable, OSError) as error:
            _log.warning("clock.not_measured", error=repr(error))


def _watch(resources: Resources, settings: Settings) -> None:
    """Have the gauges of memory, disks, connections and commits read when metrics are asked for."""
    metrics = resources.metrics
    metrics.machine.watch(
        memory_limit_bytes=settings.metrics.memory_limit_bytes, disks=settings.metrics.disks
    )
    metrics.machine.watch_clock(lambda: resources.clock.skew_s)
    metrics.database.watch_pool(lambda: resources.pool.usage)
    metrics.database.watch_commits(lambda: resources.commits.waiting)
