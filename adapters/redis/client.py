"""A client of Valkey or Redis that waits for a free connection, and follows a name that moves."""

from __future__ import annotations

import urllib.parse
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import attrs
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import ConstantBackoff

from adapters.redis.connection import RelocatingConnection, RelocatingTlsConnection

TLS = "rediss"
RETRIES = 1
RETRY_S = 0.05


@attrs.frozen(kw_only=True)
class RedisSettings:
    """A command is given up when the server does not answer for ``timeout_s``."""

    url: str = attrs.field(repr=False)
    connections_max: int = 20
    timeout_s: float = 2.0


@asynccontextmanager
async def open_redis(settings: RedisSettings) -> AsyncIterator[Redis]:
    is_tls = urllib.parse.urlsplit(settings.url).scheme == TLS
    pool = BlockingConnectionPool.from_url(
        settings.url,
        max_connections=settings.connections_max,
        timeout=settings.timeout_s,
        socket_connect_timeout=settings.timeout_s,
        socket_timeout=settings.timeout_s,
        # A connection that was closed meanwhile, or to a server that is none of ours any more, is not told.
        retry=Retry(ConstantBackoff(RETRY_S), RETRIES),
    )
    pool.connection_class = RelocatingTlsConnection if is_tls else RelocatingConnection
    client = Redis(connection_pool=pool)
    try:
        yield client
    finally:
        await client.aclose()
        await pool.disconnect()
