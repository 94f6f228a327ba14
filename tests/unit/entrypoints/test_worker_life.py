"""Scheduler and watchdog: a task's defect ends nothing, and a loop that hangs has no heartbeat."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from structlog.testing import capture_logs

from adapters.memory.clock import ManualClock
from adapters.memory.heartbeats import InMemoryHeartbeats
from domain.errors import DomainError, Severity
from entrypoints.meter import NullMeter
from entrypoints.worker.liveness import LoopWatchdog
from entrypoints.worker.scheduler import RETRY_MAX_S, RETRY_S, PeriodicTask, Scheduler
from ports.clock import Clock
from ports.heartbeats import WorkerKind


class Paused(Clock):
    """Time that passes only while somebody sleeps, and is written down."""

    def __init__(self) -> None:
        self._inner = ManualClock()
        self.slept: list[float] = []

    def now(self):  # type: ignore[no-untyped-def]
        return self._inner.now()

    def monotonic(self) -> float:
        return self._inner.monotonic()

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)


class Counting(NullMeter):
    def __init__(self) -> None:
        self.outcomes: Counter[str] = Counter()

    def periodic_task_ran(self, name: str, *, outcome: str) -> None:
        self.outcomes[outcome] += 1


class Loud(DomainError):
    """Something is wrong that somebody must look at."""

    severity = Severity.ERROR


def failing(*failures: Exception | None) -> PeriodicTask:
    """Ends as told, then well for ever."""
    left = list(failures)

    async def task() -> None:
        if left and (failure := left.pop(0)):
            raise failure

    return task


@asynccontextmanager
async def going(
    clock: Paused, meter: Counting, periodic: PeriodicTask, *, runs: int
) -> AsyncIterator[None]:
    task = asyncio.create_task(Scheduler(clock, meter).forever("seal", periodic, every_s=1.0))
    while len(clock.slept) < runs:
        await asyncio.sleep(0)
        assert not task.done()
    yield
    task.cancel()
    await asyncio.wait([task])


async def test_a_defect_is_logged_counted_and_tried_again_after_a_pause_that_doubles() -> None:
    clock, meter = Paused(), Counting()
    chore = failing(*[KeyError("x")] * 3, None, KeyError("x"))
    with capture_logs() as lines:
        async with going(clock, meter, chore, runs=6):
            pass
    assert clock.slept[:6] == [RETRY_S, 2 * RETRY_S, 4 * RETRY_S, 1.0, RETRY_S, 1.0]
    assert (meter.outcomes["broke"], meter.outcomes["done"] >= 2) == (4, True)
    assert [line["log_level"] for line in lines] == ["error"] * 4
    assert all(line["exc_info"] for line in lines)


async def test_a_pause_has_an_end() -> None:
    clock, meter = Paused(), Counting()
    with capture_logs():
        async with going(clock, meter, failing(*[KeyError("x")] * 30), runs=30):
            pass
    assert max(clock.slept) == RETRY_MAX_S


@pytest.mark.parametrize(
    ("failure", "level"),
    [(OSError("gone"), "warning"), (Loud(), "error"), (DomainError("no"), "info")],
)
async def test_what_happens_waits_for_the_next_time_and_is_as_loud_as_it_is_severe(
    failure: Exception, level: str
) -> None:
    clock, meter = Paused(), Counting()
    with capture_logs() as lines:
        async with going(clock, meter, failing(failure), runs=2):
            pass
    assert clock.slept[:2] == [1.0, 1.0]
    assert meter.outcomes["failed"] == 1
    assert [line["log_level"] for line in lines] == [level]


async def test_what_must_be_done_once_is_tried_until_it_is() -> None:
    clock, meter = Paused(), Counting()
    with capture_logs():
        chore = failing(OSError("gone"), KeyError("x"), KeyError("x"))
        await Scheduler(clock, meter).until_done("treasury", chore)
    assert clock.slept == [RETRY_S, RETRY_S, 2 * RETRY_S]
    assert meter.outcomes == {"failed": 1, "broke": 2, "done": 1}


async def test_a_kind_beats_while_all_of_its_loops_come_round() -> None:
    clock = ManualClock()
    watchdog, heartbeats = LoopWatchdog(clock), InMemoryHeartbeats(clock)
    runner = watchdog.loop(WorkerKind.RELAY, tolerance_s=10)
    quick = watchdog.loop(WorkerKind.CHORES, tolerance_s=10)
    watchdog.loop(WorkerKind.CHORES, tolerance_s=60)

    await watchdog.beat(heartbeats, every_s=5)
    assert await heartbeats.alive() == {WorkerKind.RELAY, WorkerKind.CHORES}
    for _ in range(7):
        clock.advance(10)
        runner()
        quick()
        await watchdog.beat(heartbeats, every_s=5)
    assert await heartbeats.alive() == {WorkerKind.RELAY, WorkerKind.CHORES}
    clock.advance(15)
    runner()
    await watchdog.beat(heartbeats, every_s=5)
    assert await heartbeats.alive() == {WorkerKind.RELAY}


async def test_a_worker_that_is_gone_is_missed_after_three_beats() -> None:
    clock = ManualClock()
    watchdog, heartbeats = LoopWatchdog(clock), InMemoryHeartbeats(clock)
    watchdog.loop(WorkerKind.FEEDS, tolerance_s=60)
    await watchdog.beat(heartbeats, every_s=5)
    clock.advance(14)
    assert await heartbeats.alive() == {WorkerKind.FEEDS}
    clock.advance(2)
    assert await heartbeats.alive() == set()
