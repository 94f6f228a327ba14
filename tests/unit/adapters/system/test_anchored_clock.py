"""One clock for all machines: PostgreSQL's, carried on by the monotonic clock."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import attrs
import pytest

from adapters.memory.clock import START, ManualClock
from adapters.system.anchored_clock import AnchoredClock, ClockProbe, ClockSettings
from ports.clock import ClockSkewed
from tests.contract.clock import ClockContract, ClockRig
from tests.support.waiting import turns

SKEW_MAX_S = 30.0


class Machine(ManualClock):
    """A machine whose wall clock is wrong by ``skew_s``; its monotonic clock is not."""

    def __init__(self, *, skew_s: float = 0.0) -> None:
        super().__init__()
        self.skew_s = skew_s

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=self.skew_s)


class Database:
    """Tells the true time, or is wrong by ``skew_s``; an answer takes ``round_trips_s``, in turn."""

    def __init__(self, machine: Machine, *round_trips_s: float) -> None:
        self._machine = machine
        self._round_trips_s = list(round_trips_s)
        self.skew_s = 0.0

    async def time(self) -> datetime:
        half_s = (self._round_trips_s.pop(0) if self._round_trips_s else 0.0) / 2
        self._machine.advance(half_s)
        told = START + timedelta(seconds=self._machine.monotonic() + self.skew_s)
        self._machine.advance(half_s)
        return told


def clock_of(machine: Machine, *, skew_max_s: float = SKEW_MAX_S) -> AnchoredClock:
    return AnchoredClock(ClockSettings(skew_max_s=skew_max_s), machine)


@attrs.frozen
class Anchored(ClockRig):
    machine: Machine = attrs.field(factory=lambda: Machine(skew_s=10.0))
    clock: AnchoredClock = attrs.field(
        default=attrs.Factory(lambda self: clock_of(self.machine), takes_self=True)
    )

    async def let_pass(self, seconds: float) -> None:
        await self.clock.measure(Database(self.machine).time)
        self.machine.advance(seconds)


class TestAnchoredClock(ClockContract):
    """It is measured before, and while a sleeper sleeps."""

    @pytest.fixture
    async def rig(self) -> ClockRig:
        rig = Anchored()
        await rig.let_pass(0)
        return rig


@pytest.mark.parametrize("skew_s", [90.0, -90.0])
async def test_the_time_is_the_databases_however_wrong_the_machine_is(skew_s: float) -> None:
    machine = Machine(skew_s=skew_s)
    clock = clock_of(machine, skew_max_s=1000.0)
    await clock.measure(Database(machine).time)
    machine.advance(5.0)
    machine.skew_s = 0.0
    assert clock.now() == START + timedelta(seconds=5.0)
    assert clock.skew_s == skew_s


async def test_the_quickest_answer_counts() -> None:
    machine = Machine()
    clock = clock_of(machine)
    await clock.measure(Database(machine, 4.0, 0.2, 3.0, 0.4, 8.0).time)
    assert clock.now() == START + timedelta(seconds=machine.monotonic())
    assert abs(clock.skew_s) < 0.001


async def test_slow_answers_do_not_move_a_clock_that_was_measured_well() -> None:
    machine = Machine()
    clock, database = clock_of(machine), Database(machine)
    await clock.measure(database.time)
    late = Database(machine, *[4.0] * 5)
    late.skew_s = 1.5
    await clock.measure(late.time)
    assert clock.now() == START + timedelta(seconds=machine.monotonic())


async def test_a_clock_that_went_back_stands_still_here() -> None:
    machine = Machine()
    clock, database = clock_of(machine), Database(machine)
    await clock.measure(database.time)
    before = clock.now()
    database.skew_s = -10.0
    await clock.measure(database.time)
    machine.advance(4.0)
    assert clock.now() == before
    machine.advance(7.0)
    assert clock.now() == before + timedelta(seconds=1.0)


@pytest.mark.parametrize(
    ("skew_s", "text"), [(31.0, "31.0 s ahead of PostgreSQL"), (-45.0, "45.0 s behind PostgreSQL")]
)
async def test_too_much_skew_says_what_to_do(skew_s: float, text: str) -> None:
    machine = Machine(skew_s=skew_s)
    clock = clock_of(machine)
    with pytest.raises(ClockSkewed, match=f"{text}.*clock.skew_max_s is 30: synchronise"):
        await clock.measure(Database(machine).time)


async def test_a_difference_within_the_round_trip_is_no_skew() -> None:
    machine = Machine(skew_s=31.0)
    await clock_of(machine).measure(Database(machine, *[2.0] * 5).time)


async def test_a_jump_of_the_databases_clock_is_told() -> None:
    machine = Machine()
    clock, database = clock_of(machine), Database(machine)
    await clock.measure(database.time)
    machine.skew_s = database.skew_s = 60.0
    with pytest.raises(ClockSkewed, match=r"PostgreSQL's clock has jumped forward by 60\.0 s"):
        await clock.measure(database.time)
    await clock.measure(database.time)
    assert clock.fault is None


async def test_the_probe_fails_and_who_waits_is_told() -> None:
    machine = Machine()
    clock, database = clock_of(machine), Database(machine)
    probe = ClockProbe(clock)
    await clock.measure(database.time)
    await probe.check()
    waiting = asyncio.create_task(clock.until_skewed())
    await turns()
    machine.skew_s = 60.0
    with pytest.raises(ClockSkewed):
        await clock.measure(database.time)
    with pytest.raises(ClockSkewed):
        await probe.check()
    with pytest.raises(ClockSkewed):
        await waiting
    machine.skew_s = 0.0
    await clock.measure(database.time)
    await probe.check()
