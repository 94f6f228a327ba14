"""What the adapters share: it is opened before the container is built, and closed last."""

from __future__ import annotations

import aiohttp
import attrs
from redis.asyncio import Redis

from adapters.metrics.process import ProcessMetrics
from adapters.postgres.group_commit import GroupCommit
from adapters.postgres.pool import Pool
from adapters.redis.job_signal import RedisJobSignal
from adapters.resilience.policy import CallPolicy
from adapters.system.anchored_clock import AnchoredClock
from adapters.telemetry.tracing import Tracing


@attrs.frozen(kw_only=True)
class Resources:
    clock: AnchoredClock
    tracing: Tracing
    metrics: ProcessMetrics
    pool: Pool
    redis: Redis
    session: aiohttp.ClientSession
    commits: GroupCommit
    job_signal: RedisJobSignal
    call_policy: CallPolicy = attrs.field(factory=CallPolicy)
