from __future__ import annotations

import pytest

from adapters.memory.clock import ManualClock
from adapters.memory.rate_limiter import InMemoryRateLimiter
from ports.rate_limit import RateLimiterUnavailable
from tests.contract.rate_limiter import FEW, Limits, RateLimiterContract


class TestInMemoryRateLimiter(RateLimiterContract):
    """The twin, on a clock that is moved by hand."""

    @pytest.fixture
    def limits(self) -> Limits:
        clock = ManualClock()

        async def let_pass(seconds: float) -> None:
            clock.advance(seconds)

        return Limits(InMemoryRateLimiter(clock), let_pass)

    async def test_it_can_be_away(self, limits: Limits) -> None:
        assert isinstance(limits.limiter, InMemoryRateLimiter)
        limits.limiter.is_away = True
        with pytest.raises(RateLimiterUnavailable):
            await limits.limiter.hit("ann", rule=FEW)
