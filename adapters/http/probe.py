"""Whether a provider is being asked at all: its breakers know without another call."""

from __future__ import annotations

from adapters.http.circuit_breaking import Breakers
from adapters.resilience.breaker import Position
from ports.clock import Clock
from ports.errors import ProviderUnavailable
from ports.health import Probe


class BreakerProbe(Probe):
    """Degraded while one kind's breaker is open; a half-open one is on its way back."""

    critical = False

    def __init__(self, provider: str, *, breakers: Breakers, clock: Clock) -> None:
        self._provider = provider
        self._breakers = breakers
        self._clock = clock

    @property
    def name(self) -> str:
        return self._provider

    async def check(self) -> None:
        now = self._clock.now()
        shut = [
            kind.value
            for kind, breaker in self._breakers.items()
            if breaker.position(now=now) is Position.OPEN
        ]
        if shut:
            raise ProviderUnavailable(
                f"the breaker of {', '.join(shut)} is open", provider=self._provider
            )
