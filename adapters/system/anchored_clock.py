"""
PostgreSQL's time, carried on by this machine's monotonic clock.

What two machines compare (expiries, ages, cool-downs, tokens) is thereby read from one clock, however wrong
the wall clock of either is. That clock is only held against PostgreSQL's: with too much skew the process
must not go on, because certificates, signatures and logs use it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import attrs

from adapters.system.clock import SystemClock
from ports.clock import Clock, ClockSkewed
from ports.health import Probe

SAMPLES = 5
ROUND_TRIP_MAX_S = 1.0
"""A measurement whose answer took longer is only used when there is no better one."""

AskTime = Callable[[], Awaitable[datetime]]

_POSITIVE = attrs.validators.gt(0.0)


@attrs.frozen(kw_only=True)
class ClockSettings:
    """
    The clock is measured every ``measure_s`` seconds.

    A machine whose clock differs by more than ``skew_max_s`` from PostgreSQL's does not start, and a worker
    ends when it notices.
    """

    skew_max_s: float = attrs.field(default=30.0, validator=_POSITIVE)
    measure_s: float = attrs.field(default=10.0, validator=_POSITIVE)


@attrs.frozen(kw_only=True)
class _Sample:
    """What the database told, and at the middle of the round trip our two clocks."""

    told: datetime
    machine: datetime
    monotonic: float
    round_trip_s: float


class AnchoredClock(Clock):
    """Never goes back: when PostgreSQL's clock does, this one stands still until it has caught up."""

    def __init__(self, settings: ClockSettings, machine: Clock | None = None) -> None:
        self._settings = settings
        self._machine = machine or SystemClock()
        self._anchor: _Sample | None = None
        self._latest = datetime.min.replace(tzinfo=UTC)
        self._noticed = asyncio.Event()
        self.skew_s = 0.0
        """This machine's clock minus PostgreSQL's, as last measured."""
        self.fault: ClockSkewed | None = None
        """Why the process must not go on, by the last measurement."""

    def now(self) -> datetime:
        """The machine's own time before the first measurement."""
        self._latest = max(self._latest, self._carried_on(self._machine.monotonic()))
        return self._latest

    def monotonic(self) -> float:
        return self._machine.monotonic()

    async def sleep(self, seconds: float) -> None:
        await self._machine.sleep(seconds)

    async def measure(self, ask: AskTime) -> None:
        """
        Anchor the clock to the quickest of a few answers.

        Raises ``ClockSkewed``, and what ``ask`` raises.
        """
        samples = [await self._sample(ask) for _ in range(SAMPLES)]
        best = min(samples, key=lambda sample: sample.round_trip_s)
        self.skew_s = (best.machine - best.told).total_seconds()
        self.fault = self._fault(best)
        if self._anchor is None or best.round_trip_s <= ROUND_TRIP_MAX_S:
            self._anchor = best
        if self.fault:
            self._noticed.set()
            raise self.fault

    async def until_skewed(self) -> None:
        """Wait until a measurement finds a fault, and raise it. Raises ``ClockSkewed``."""
        while self.fault is None:
            self._noticed.clear()
            await self._noticed.wait()
        raise self.fault

    async def _sample(self, ask: AskTime) -> _Sample:
        began = self._machine.monotonic()
        told = await ask()
        round_trip_s = self._machine.monotonic() - began
        return _Sample(
            told=told,
            machine=self._machine.now() - timedelta(seconds=round_trip_s / 2),
            monotonic=began + round_trip_s / 2,
            round_trip_s=round_trip_s,
        )

    def _fault(self, sample: _Sample) -> ClockSkewed | None:
        """A difference counts as far as it is not explained by the round trip."""
        allowed_s = self._settings.skew_max_s + sample.round_trip_s / 2
        if abs(self.skew_s) > allowed_s:
            return ClockSkewed.of_machine(self.skew_s, skew_max_s=self._settings.skew_max_s)
        jump_s = (sample.told - self._carried_on(sample.monotonic)).total_seconds()
        if self._anchor and abs(jump_s) > allowed_s:
            return ClockSkewed.of_database(jump_s, skew_max_s=self._settings.skew_max_s)
        return None

    def _carried_on(self, monotonic: float) -> datetime:
        if self._anchor is None:
            return self._machine.now()
        return self._anchor.told + timedelta(seconds=monotonic - self._anchor.monotonic)


@attrs.frozen
class ClockProbe(Probe):
    """Not ready while the last measurement found too much skew."""

    name = "clock"
    critical = True
    _clock: AnchoredClock

    async def check(self) -> None:
        if self._clock.fault:
            raise self._clock.fault
