"""The four named policies: their numbers, and that what is mounted goes by them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Any

import asyncpg
import attrs
import pytest

from adapters.http.message import Request, Response
from adapters.http.retrying import Retrying
from adapters.memory.clock import START, ManualClock
from adapters.memory.ids import SequentialIds
from adapters.postgres.connection_gate import ConnectionGate
from adapters.postgres.settings import PostgresSettings
from adapters.resilience.policy import DATABASE, NAMED, CallPolicy
from ports.errors import ProviderUnavailable, StoreOverloaded
from tests.support.transports import Answer, Scripted

PATIENT = attrs.evolve(CallPolicy(), deadline_s=10_000)
"""What is mounted, with time for every try."""
OK = Response(status=200, headers={}, body=b"")
REQUEST = Request(provider="p", operation="o", method="GET", url="http://p.invalid/", is_safe=True)


def timed_out() -> ProviderUnavailable:
    error = ProviderUnavailable("timed out")
    error.__cause__ = TimeoutError()
    return error


def test_their_numbers_are_those_of_the_requirement() -> None:
    assert {name: (each.attempts_max, each.first_s) for name, each in NAMED.items()} == {
        "database transient": (3, 1.0),
        "external API": (5, 2.0),
        "rate limit": (3, 30.0),
        "timeout": (2, 5.0),
    }
    for each in NAMED.values():
        assert (each.multiplier, each.cap_s, each.jitter) == (2.0, 60.0, 0.25)


@pytest.mark.parametrize(
    ("name", "failure", "waited_s"),
    [
        ("external API", ProviderUnavailable("refused"), 2 + 4 + 8 + 16),
        ("rate limit", Response(status=429, headers={}, body=b""), 30 + 60),
        ("timeout", timed_out(), 5),
    ],
)
async def test_a_provider_is_asked_again_as_its_failure_deserves(
    name: str, failure: Answer, waited_s: float
) -> None:
    inner, clock = Scripted([failure]), ManualClock(sleeping_advances=True)
    retrying = Retrying(inner, clock=clock, ids=SequentialIds(), policy=PATIENT)
    with contextlib.suppress(ProviderUnavailable):
        await retrying.send(REQUEST)
    assert len(inner.requests) == NAMED[name].attempts_max
    assert (clock.now() - START).total_seconds() == waited_s


class Connections:
    """A pool that fails so often before it lends a connection."""

    def __init__(self, failures: Sequence[Exception]) -> None:
        self._failures = list(failures)
        self.asked = 0

    async def acquire(self) -> str:
        self.asked += 1
        if self._failures:
            raise self._failures.pop(0)
        return "a connection"

    async def release(self, connection: Any, **_: float) -> None:
        """Nothing is kept."""


def gate(connections: Any, *, limit_s: float) -> ConnectionGate:
    settings = PostgresSettings(dsn="postgres://nowhere", acquire_timeout_s=limit_s)
    return ConnectionGate(connections, settings, chance=lambda: 1.0)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Waits that are told and not waited."""
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    return waits


REFUSED = ConnectionRefusedError("nobody listens")


@pytest.mark.parametrize("failure", [REFUSED, asyncpg.CannotConnectNowError("starting up")])
async def test_a_database_that_comes_back_is_reached(
    quick: list[float], failure: Exception
) -> None:
    connections = Connections([failure] * 2)
    async with gate(connections, limit_s=60).connection():
        assert connections.asked == 3
    assert quick == [DATABASE.wait_s(1, chance=1.0), DATABASE.wait_s(2, chance=1.0)] == [0.75, 1.5]


async def test_a_database_that_stays_away_is_asked_three_times(quick: list[float]) -> None:
    connections = Connections([REFUSED] * 9)
    with pytest.raises(ConnectionRefusedError):
        async with gate(connections, limit_s=60).connection():
            pass
    assert (connections.asked, len(quick)) == (3, 2)


async def test_the_total_deadline_wins(quick: list[float]) -> None:
    connections = Connections([REFUSED] * 9)
    with pytest.raises(ConnectionRefusedError):
        async with gate(connections, limit_s=0.5).connection():
            pass
    assert (connections.asked, quick) == (1, [])


async def test_what_a_database_says_to_those_it_knows_is_final(quick: list[float]) -> None:
    connections = Connections([asyncpg.InvalidPasswordError("wrong password")] * 9)
    with pytest.raises(asyncpg.InvalidPasswordError):
        async with gate(connections, limit_s=60).connection():
            pass
    assert (connections.asked, quick) == (1, [])


async def test_a_queue_that_does_not_move_is_no_reason_to_queue_again() -> None:
    class Full(Connections):
        async def acquire(self) -> str:
            self.asked += 1
            await asyncio.get_running_loop().create_future()
            raise AssertionError

    full = Full([])
    with pytest.raises(StoreOverloaded):
        async with gate(full, limit_s=0.01).connection():
            pass
    assert full.asked == 1
