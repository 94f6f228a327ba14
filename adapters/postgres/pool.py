"""The connection pool, with the limits that every query has."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from adapters.postgres.settings import PostgresSettings

Pool = asyncpg.Pool


@asynccontextmanager
async def open_pool(settings: PostgresSettings, *, application: str) -> AsyncIterator[Pool]:
    """A pool that is closed on the way out; a connection that hangs on closing is cut."""
    pool = await asyncpg.create_pool(
        settings.dsn,
        min_size=2,
        max_size=settings.pool_size_max,
        command_timeout=settings.statement_timeout_s,
        # Nothing here changes a session's state, so a returned connection needs no reset round trip.
        reset=_no_reset,
        server_settings={
            "application_name": application,
            "statement_timeout": str(int(settings.statement_timeout_s * 1000)),
            "jit": "off",
        },
    )
    try:
        yield pool
    finally:
        pool.terminate()


async def _no_reset(connection: asyncpg.Connection) -> None:
    """Keep the session as it is."""
