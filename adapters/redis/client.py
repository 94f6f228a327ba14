"""A client of Valkey or Redis that waits for a free connection instead of failing at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import attrs
from redis.asyncio import BlockingConnectionPool, Redis


@attrs.frozen(kw_only=True)
class RedisSettings:
    url: str = attrs.field(repr=False)
    connections_max: int = 20
    timeout_s: float = 2.0


@asynccontextmanager
async def open_redis(settings: RedisSettings) -> AsyncIterator[Redis]:
    pool = BlockingConnectionPool.from_url(
        settings.url,
        max_connections=settings.connections_max,
        timeout=settings.timeout_s,
        socket_connect_timeout=settings.timeout_s,
    )
    client = Redis(connection_pool=pool)
    try:
        yield client
    finally:
        await client.aclose()
        await pool.disconnect()
