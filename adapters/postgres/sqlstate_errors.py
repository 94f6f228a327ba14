"""
Maps PostgreSQL's errors to those of the core, by SQLSTATE.

The class, the first two characters, decides; a few codes are exceptions from their class
(https://www.postgresql.org/docs/current/errcodes-appendix.html). Classes that are about a statement are
listed. Every other error is taken to be about the server or the session: the caller may try again, and the
connection is closed. That is the safe default: an unknown error taken for a defect would drop work that the
next connection can do, while repeating a statement is always safe here.
"""

from __future__ import annotations

from collections.abc import Mapping

import asyncpg

from domain.errors import DomainError
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
    # Raised by asyncpg when the server sends a last message and closes an idle connection, and when no host
    # has the wanted attribute.
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
    asyncpg.TargetServerAttributeNotMatched,
)
"""Errors while connecting: no statement was sent, so a retry is safe."""

_BY_CODE: Mapping[str, type[DomainError]] = {
    "40003": StoreTimedOut,  # statement completion unknown
    "57014": StoreTimedOut,  # query canceled, which is what statement_timeout does
    "55P03": StoreContended,  # lock not available
}
_BY_CLASS: Mapping[str, type[DomainError]] = {
    "40": StoreContended,  # transaction rollback: deadlock, serialization
    "53": StoreOverloaded,  # insufficient resources
}
_ABOUT_THE_STATEMENT = frozenset(
    {
        *("03", "09", "0A", "0B", "0F", "0L", "0P", "0Z", "10", "20", "21", "22", "23"),
        *("27", "2B", "2D", "2F", "34", "38", "39", "3B", "3F", "42", "44", "54", "P0"),
    }
)
"""Its syntax, rights, values or the functions it calls. No other connection accepts it either."""

_SESSION_STAYS = frozenset({"40", "55P03", "57014"})
"""The transaction is over, and the session is as good as before."""

_SERVER_IS_NOT_OURS = frozenset(
    {
        "25006",  # read-only: a standby, or a primary that was demoted
        "57P01",  # shut down by an operator
        "57P02",  # shut down because another session crashed
        "57P03",  # starting up or shutting down
    }
)


def failure(error: Exception) -> DomainError:
    """The core's error for a driver's error; its text is kept for the log."""
    return _kind(error)(f"{type(error).__name__}: {error}")


def closes_connection(error: BaseException) -> bool:
    """Whether the connection on which the error occurred must not be used again."""
    state = _state(error)
    if state is None:
        return isinstance(error, asyncpg.PostgresError | asyncpg.InternalClientError)
    about_statement = state[:2] in _ABOUT_THE_STATEMENT
    return not (about_statement or state in _SESSION_STAYS or state[:2] in _SESSION_STAYS)


def ends_generation(error: BaseException) -> bool:
    """Whether other connections to the same server are of no use either."""
    return _state(error) in _SERVER_IS_NOT_OURS


def _kind(error: Exception) -> type[DomainError]:
    if isinstance(error, TimeoutError):
        return StoreTimedOut
    state = _state(error)
    if state is None:
        return StoreUnavailable
    if state[:2] in _ABOUT_THE_STATEMENT:
        return StoreRefused
    return _BY_CODE.get(state) or _BY_CLASS.get(state[:2], StoreUnavailable)


def _state(error: BaseException) -> str | None:
    """The SQLSTATE of an error of the server; errors of the driver have none."""
    state = getattr(error, "sqlstate", None)
    return state if isinstance(error, asyncpg.PostgresError) and isinstance(state, str) else None
