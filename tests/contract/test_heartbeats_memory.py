from __future__ import annotations

import pytest

from adapters.memory.clock import ManualClock
from adapters.memory.heartbeats import InMemoryHeartbeats
from tests.contract.heartbeats import HeartbeatsContract, Ward


class TestInMemoryHeartbeats(HeartbeatsContract):
    """The twin, on a clock that is moved by hand."""

    @pytest.fixture
    def ward(self) -> Ward:
        clock = ManualClock()

        async def let_pass(seconds: float) -> None:
            clock.advance(seconds)

        return Ward(InMemoryHeartbeats(clock), let_pass)
