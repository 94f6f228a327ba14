"""Every failure of PostgreSQL's driver becomes an error of the core, by its SQLSTATE."""

from __future__ import annotations

import asyncpg
import pytest

from adapters.postgres.sqlstate_errors import (
    STATEMENT_ERRORS,
    closes_connection,
    ends_generation,
    failure,
)
from domain.errors import DomainError, Kind
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
    error: Exception, kind: type[DomainError], status: int
) -> None:
    found = failure(error)
    assert type(found) is kind
    assert status_of(found) == status
    assert found.retryable == issubclass(kind, StoreUnavailable)
    assert found.kind in {Kind.INTERNAL, Kind.TIMEOUT}
    assert type(error).__name__ in found.detail


STATEMENT = {
    *("03", "09", "0A", "0B", "0F", "0L", "0P", "0Z", "10", "20", "21", "22", "23", "27", "2B"),
    *("2D", "2F", "34", "38", "39", "3B", "3F", "42", "44", "54", "P0"),
}
"""The classes that are about a statement: no other server and no other session would accept it."""
SERVER = {
    *("08", "24", "25", "26", "28", "3D", "53", "55", "57", "58", "72", "F0", "HV", "XX"),
}
"""The classes that are about the server or the session."""
SESSION_STAYS = {"55P03", "57014"}

ALL = [
    error
    for error in vars(asyncpg.exceptions).values()
    if isinstance(error, type)
    and issubclass(error, asyncpg.PostgresError)
    and error.sqlstate is not None
]


@pytest.mark.parametrize("error", ALL, ids=lambda error: f"{error.sqlstate} {error.__name__}")
def test_every_error_that_the_driver_knows_is_classified(error: type[Exception]) -> None:
    state = str(getattr(error, "sqlstate", ""))
    found, closes = failure(error("it")), closes_connection(error("it"))
    if state[:2] in STATEMENT:
        assert type(found) is StoreRefused
        assert not closes
    elif state[:2] == "40":
        assert isinstance(found, StoreUnavailable)
        assert not closes
    else:
        assert state[:2] in SERVER
        assert isinstance(found, StoreUnavailable)
        assert closes == (state not in SESSION_STAYS)
    assert ends_generation(error("it")) == (state in {"25006", "57P01", "57P02", "57P03"})
    if issubclass(error, STATEMENT_ERRORS):
        assert not closes


def test_an_error_that_nobody_knows_yet_is_about_the_server() -> None:
    class Unheard(asyncpg.PostgresError):
        sqlstate = "ZZ001"

    for error in (Unheard("new"), asyncpg.UnknownPostgresError("?"), asyncpg.PostgresError("?")):
        assert type(failure(error)) is StoreUnavailable
        assert closes_connection(error)
