"""Resources in, resources out: what is opened first is closed last."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import attrs

from adapters.http.session import open_session
from adapters.postgres.group_commit import GroupCommit
from adapters.postgres.pool import open_pool
from adapters.postgres.tracing import QuerySpans, Several
from adapters.redis import doorbell
from adapters.redis.client import open_redis
from adapters.redis.doorbell import RedisDoorbell
from adapters.system.clock import SystemClock
from adapters.system.ids import SystemIds
from adapters.system.logging import configure
from adapters.telemetry.tracing import Tracing
from entrypoints.application import Application
from entrypoints.container import Resources, build_container
from entrypoints.settings import Settings
from ports.clock import Clock
from ports.health import Probe


@attrs.frozen
class Running:
    """An application with its resources open, and the probes of those resources."""

    application: Application
    probes: tuple[Probe, ...]
    clock: Clock
    resources: Resources


@asynccontextmanager
async def running(settings: Settings, *, role: str) -> AsyncIterator[Running]:
    """Open everything ``role`` needs, yield the application, close everything in reverse order."""
    configure(level=settings.log_level)
    clock = SystemClock()
    tracing = Tracing.of(settings.tracing, role=role, chance=SystemIds().fraction)
    async with AsyncExitStack() as stack:
        redis = await stack.enter_async_context(open_redis(settings.redis))
        pool = await stack.enter_async_context(
            open_pool(
                settings.postgres,
                application=f"stack-{role}",
                observer=Several([QuerySpans(tracing.tracer)] if tracing.is_on else []),
            )
        )
        session = await stack.enter_async_context(open_session())
        stack.push_async_callback(tracing.close)
        resources = Resources(
            clock=clock,
            tracing=tracing,
            pool=pool,
            redis=redis,
            session=session,
            commits=GroupCommit(pool, settings.postgres),
            doorbell=RedisDoorbell(redis, clock),
        )
        await stack.enter_async_context(doorbell.listening(resources.doorbell))
        container = build_container(settings, resources)
        yield Running(
            application=container.resolve(Application),
            probes=tuple(container.resolve(list[Probe])),
            clock=clock,
            resources=resources,
        )
