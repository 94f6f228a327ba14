"""Whether a provider is being asked at all: its breaker knows without another call."""

from __future__ import annotations

from adapters.resilience.breaker import Breaker, Position
from ports.clock import Clock
from ports.errors import ProviderUnavailable
from ports.health import Probe


class BreakerProbe(Probe):
    """Degraded while the breaker is open; a half-open one is on its way back."""

    critical = False

    def __init__(self, provider: str, *, breaker: Breaker, clock: Clock) -> None:
        self._provider = provider
        self._breaker = breaker
        self._clock = clock

    @property
    def name(self) -> str:
        return self._provider

    async def check(self) -> None:
        if self._breaker.position(now=self._clock.now()) is Position.OPEN:
            raise ProviderUnavailable("the breaker is open", provider=self._provider)
