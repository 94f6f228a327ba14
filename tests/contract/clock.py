"""What every clock must do."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from datetime import timedelta
from typing import Protocol

from ports.clock import Clock
from tests.support.waiting import LIMIT_S

NAP_S = 0.02


class ClockRig(Protocol):
    """A clock and a way to let its time pass."""

    @property
    @abstractmethod
    def clock(self) -> Clock: ...

    @abstractmethod
    async def let_pass(self, seconds: float) -> None: ...


class ClockContract:
    """Subclasses provide the fixture ``rig``."""

    def test_the_present_is_in_utc(self, rig: ClockRig) -> None:
        assert rig.clock.now().utcoffset() == timedelta(0)

    async def test_time_never_goes_back(self, rig: ClockRig) -> None:
        before = rig.clock.now()
        await rig.let_pass(NAP_S)
        assert rig.clock.now() >= before + timedelta(seconds=NAP_S / 2)

    async def test_a_duration_is_the_time_that_passed(self, rig: ClockRig) -> None:
        before = rig.clock.monotonic()
        await rig.let_pass(NAP_S)
        assert rig.clock.monotonic() - before >= NAP_S / 2

    async def test_a_sleeper_wakes_when_the_time_has_passed(self, rig: ClockRig) -> None:
        before = rig.clock.now()
        sleeper = asyncio.create_task(rig.clock.sleep(NAP_S))
        await asyncio.sleep(0)
        assert not sleeper.done()
        await rig.let_pass(NAP_S)
        await asyncio.wait_for(sleeper, LIMIT_S)
        assert rig.clock.now() >= before + timedelta(seconds=NAP_S / 2)

    async def test_no_time_at_all_passes_at_once(self, rig: ClockRig) -> None:
        await asyncio.wait_for(rig.clock.sleep(0), LIMIT_S)
