"""Opens connections to the primary, and refuses a pooler in between."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import asyncpg
from asyncpg.connect_utils import SessionAttribute

from adapters.postgres.generation import Generation, PooledConnection
from adapters.postgres.queries import QUERIES
from adapters.postgres.settings import PostgresSettings
from adapters.postgres.sqlstate_errors import failure
from ports.errors import StoreUnavailable, StoreUnsuitable

PRIMARY = SessionAttribute.read_write
"""The only server that is used; a standby may be behind."""

POOLER_ERRORS = (asyncpg.DuplicatePreparedStatementError, asyncpg.InvalidSQLStatementNameError)
"""What a pooler in transaction mode makes of prepared statements."""

UNSUPPORTED_PARAMETER = "startup parameter"


async def connections_to(
    settings: PostgresSettings, *, application: str, generation: Generation
) -> asyncpg.Pool:
    """
    A pool with its first connection open. Of several hosts in the DSN, the one that takes writes is used.

    Raises ``StoreUnavailable``, also later in place of any error of the server before a statement is sent.
    """
    connections = await asyncpg.create_pool(
        settings.dsn,
        # The driver would log every failure to keep a minimum open during an outage.
        min_size=0,
        max_size=settings.pool_size_max,
        command_timeout=settings.statement_timeout_s,
        # We never change session state, so a returned connection needs no reset round trip.
        reset=_no_reset,
        init=partial(_opened, generation=generation, limits=_limits(settings)),
        connection_class=PooledConnection,
        target_session_attrs=PRIMARY,
        server_settings={"application_name": application, "jit": "off", **_limits(settings)},
    )
    try:
        with connecting():
            await connections.release(await connections.acquire())
    except BaseException:
        connections.terminate()
        raise
    return connections


@contextmanager
def connecting() -> Iterator[None]:
    """An error before a statement is sent is about the server, whatever its SQLSTATE."""
    try:
        yield
    except asyncpg.PostgresError as error:
        if isinstance(error, POOLER_ERRORS) or UNSUPPORTED_PARAMETER in str(error):
            raise StoreUnsuitable from error
        known = failure(error)
        if isinstance(known, StoreUnavailable):
            raise known from error
        raise StoreUnavailable(known.detail) from error


async def _opened(
    connection: asyncpg.Connection, *, generation: Generation, limits: dict[str, str]
) -> None:
    """Raises ``StoreUnsuitable`` if the session is not the one that we asked for."""
    found = await connection.fetchrow(QUERIES["session"])
    expected = (connection.get_server_pid(), limits["statement_timeout"])
    if found is None or (found["pid"], found["statement_timeout_ms"]) != expected:
        raise StoreUnsuitable
    generation.stamp(connection)


def _limits(settings: PostgresSettings) -> dict[str, str]:
    """Limits that the server enforces even if this process dies, in milliseconds."""
    limits_s = {
        "statement_timeout": settings.statement_timeout_s,
        "lock_timeout": settings.lock_timeout_s,
        "idle_in_transaction_session_timeout": settings.idle_in_transaction_timeout_s,
    }
    return {name: str(int(limit_s * 1000)) for name, limit_s in limits_s.items()}


async def _no_reset(connection: asyncpg.Connection) -> None:
    """Keep the session state."""
