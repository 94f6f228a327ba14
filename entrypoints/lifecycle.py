"""Opens the resources of a process, and closes them in reverse order."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import attrs

from adapters.http.session import open_session
from adapters.metrics.process import ProcessMetrics
from adapters.postgres.group_commit import GroupCommit
from adapters.postgres.pool import open_pool
from adapters.postgres.probe import MigrationsProbe
from adapters.postgres.tracing import Fanout, QuerySpans
from adapters.redis import job_signal
from adapters.redis.client import open_redis
from adapters.redis.job_signal import RedisJobSignal
from adapters.system.clock import SystemClock
from adapters.system.ids import SystemIds
from adapters.system.logging import configure
from adapters.telemetry.tracing import Tracing
from entrypoints.application import Application
from entrypoints.container import build_container
from entrypoints.ops.app import metrics_shown
from entrypoints.resources import Resources
from entrypoints.settings import Settings
from entrypoints.settings_checks import SettingsProbe
from ports.clock import Clock
from ports.health import Probe

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
    """Open what ``role`` needs, yield the application, close everything in reverse order."""
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
    clock = SystemClock()
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


def _watch(resources: Resources, settings: Settings) -> None:
    """Have the gauges of memory, disks, connections and commits read when metrics are asked for."""
    metrics = resources.metrics
    metrics.machine.watch(
        memory_limit_bytes=settings.metrics.memory_limit_bytes, disks=settings.metrics.disks
    )
    metrics.database.watch_pool(lambda: resources.pool.usage)
    metrics.database.watch_commits(lambda: resources.commits.waiting)
