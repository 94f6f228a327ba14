from __future__ import annotations

import pytest

from adapters.memory.clock import ManualClock
from adapters.memory.login_throttle import InMemoryLoginThrottle
from ports.login_throttle import MEMORY_S
from ports.rate_limit import RateLimiterUnavailable
from tests.contract.login_throttle import Guessing, LoginThrottleContract


class TestInMemoryAttempts(LoginThrottleContract):
    """The twin, on a clock that is moved by hand."""

    @pytest.fixture
    def guessing(self) -> Guessing:
        clock = ManualClock()

        async def let_pass(seconds: float) -> None:
            clock.advance(seconds)

        return Guessing(InMemoryLoginThrottle(clock), let_pass)

    async def test_tries_are_forgotten_in_time(self, guessing: Guessing) -> None:
        for _ in range(2):
            for _ in range(5):
                assert await guessing.may()
            await guessing.let_pass(MEMORY_S)

    async def test_it_can_be_away(self, guessing: Guessing) -> None:
        assert isinstance(guessing.attempts, InMemoryLoginThrottle)
        guessing.attempts.is_away = True
        with pytest.raises(RateLimiterUnavailable):
            await guessing.attempts.begin("ann")
