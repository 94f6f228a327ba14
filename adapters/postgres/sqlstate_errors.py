"""
Maps PostgreSQL's errors to those of the core, by SQLSTATE.

The class, the first two characters, decides; a few codes are exceptions from their class
(https://www.postgresql.org/docs/current/errcodes-appendix.html).
"""

from __future__ import annotations

from collections.abc import Mapping

import asyncpg

from ports.errors import (
    StoreContended,
    StoreOverloaded,
    StoreRefused,
    StoreTimedOut,
    StoreUnavailable,
)

STATEMENT_ERRORS = (
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
)
"""Errors about a statement's values or conflicts with concurrent statements; the caller handles them."""

STORE_ERRORS = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    # Raised by asyncpg when the server sends a last message and closes an idle connection.
    asyncpg.InternalClientError,
    OSError,
    TimeoutError,
)
"""Errors raised when there is no response, or one that is not about the statement's values."""

CONNECT_ERRORS = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
)
"""Errors while connecting: no statement was sent, so a retry is safe."""

_BY_CODE: Mapping[str, type[StoreUnavailable]] = {
    "57014": StoreTimedOut,  # query canceled, which is what statement_timeout does
    "55P03": StoreContended,  # lock not available
}
_BY_CLASS: Mapping[str, type[StoreUnavailable]] = {
    "08": StoreUnavailable,  # connection exception
    "40": StoreContended,  # transaction rollback: deadlock, serialization
    "53": StoreOverloaded,  # insufficient resources
    "57": StoreUnavailable,  # operator intervention: shutting down, starting up
    "58": StoreUnavailable,  # system error
}


def failure(error: Exception) -> StoreUnavailable:
    """The core's error for a driver's error; its text is kept for the log."""
    return _kind(error)(f"{type(error).__name__}: {error}")


def _kind(error: Exception) -> type[StoreUnavailable]:
    match error:
        case TimeoutError():
            return StoreTimedOut
        case asyncpg.PostgresError(sqlstate=str(state)):
            return _BY_CODE.get(state) or _BY_CLASS.get(state[:2], StoreRefused)
        case _:
            return StoreUnavailable
