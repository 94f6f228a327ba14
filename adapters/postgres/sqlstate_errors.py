"""
What a failure of PostgreSQL means to the core, by its SQLSTATE.

The class, which is the first two characters, decides; a few codes are told from their class
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

SAID_NO = (
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
)
"""What the database says about a statement's values and its rivals, which is for the caller."""

AWAY = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    # What the last words of a server that closes an idle connection look like to asyncpg.
    asyncpg.InternalClientError,
    OSError,
    TimeoutError,
)
"""What is told when there is no answer, or none that is about the values."""

UNREACHED = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
)
"""What keeps us from having a connection at all: nothing was asked, so asking again does no harm."""

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
    """The core's error for a driver's; what the driver said is kept for the log."""
    return _kind(error)(f"{type(error).__name__}: {error}")


def _kind(error: Exception) -> type[StoreUnavailable]:
    match error:
        case TimeoutError():
            return StoreTimedOut
        case asyncpg.PostgresError(sqlstate=str(state)):
            return _BY_CODE.get(state) or _BY_CLASS.get(state[:2], StoreRefused)
        case _:
            return StoreUnavailable
