from __future__ import annotations

import attrs
import pytest

from adapters.memory.clock import ManualClock
from tests.contract.clock import ClockContract, ClockRig


@attrs.frozen
class Hands(ClockRig):
    """Moves the clock's hands."""

    clock: ManualClock = attrs.field(factory=ManualClock)

    async def let_pass(self, seconds: float) -> None:
        self.clock.advance(seconds)


class TestManualClock(ClockContract):
    """The twin."""

    @pytest.fixture
    def rig(self) -> ClockRig:
        return Hands()

    async def test_sleeping_can_move_the_hands(self) -> None:
        clock = ManualClock(sleeping_advances=True)
        before = clock.now()
        await clock.sleep(3600)
        assert (clock.now() - before).total_seconds() == 3600
