from __future__ import annotations

import asyncio

import attrs
import pytest

from adapters.system.clock import SystemClock
from tests.contract.clock import ClockContract, ClockRig


@attrs.frozen
class RealTime(ClockRig):
    """Time passes by itself."""

    clock: SystemClock = attrs.field(factory=SystemClock)

    async def let_pass(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class TestSystemClock(ClockContract):
    """Real time."""

    @pytest.fixture
    def rig(self) -> ClockRig:
        return RealTime()
