"""Every failure of PostgreSQL's driver becomes an error of the core, by its SQLSTATE."""

from __future__ import annotations

import asyncpg
import pytest

from adapters.postgres.sqlstate_errors import failure
from domain.errors import Kind
from entrypoints.http.problems import status_of
from ports.errors import (
    StoreContended,
    StoreOverloaded,
    StoreRefused,
    StoreTimedOut,
    StoreUnavailable,
)


@pytest.mark.parametrize(
    ("error", "kind", "status"),
    [
        (asyncpg.ConnectionDoesNotExistError("gone"), StoreUnavailable, 503),
        (asyncpg.CannotConnectNowError("starting up"), StoreUnavailable, 503),
        (asyncpg.AdminShutdownError("shutting down"), StoreUnavailable, 503),
        (asyncpg.QueryCanceledError("statement timeout"), StoreTimedOut, 504),
        (asyncpg.LockNotAvailableError("busy"), StoreContended, 503),
        (asyncpg.DeadlockDetectedError("deadlock"), StoreContended, 503),
        (asyncpg.SerializationError("again"), StoreContended, 503),
        (asyncpg.TooManyConnectionsError("full"), StoreOverloaded, 503),
        (asyncpg.DiskFullError("full"), StoreOverloaded, 503),
        (asyncpg.UndefinedTableError("jobs"), StoreRefused, 500),
        (asyncpg.InsufficientPrivilegeError("no"), StoreRefused, 500),
        (asyncpg.InterfaceError("closed"), StoreUnavailable, 503),
        (ConnectionRefusedError("no"), StoreUnavailable, 503),
        (TimeoutError(), StoreTimedOut, 504),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_a_failure_is_told_by_its_state(
    error: Exception, kind: type[StoreUnavailable], status: int
) -> None:
    found = failure(error)
    assert type(found) is kind
    assert status_of(found) == status
    assert found.retryable == (kind is not StoreRefused)
    assert found.kind in {Kind.INTERNAL, Kind.TIMEOUT}
    assert type(error).__name__ in found.detail
