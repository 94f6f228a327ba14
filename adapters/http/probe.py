"""Health of a provider as seen by its breakers, without another call."""

from __future__ import annotations

from adapters.http.circuit_breaking import Breakers
from adapters.resilience.breaker import Position
from ports.clock import Clock
from ports.errors import ProviderUnavailable
from ports.health import Probe


class BreakerProbe(Probe):
    """Degraded while any kind's breaker is open; a half-open breaker counts as healthy."""

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
        open_kinds = [
            kind.value
            for kind, breaker in self._breakers.items()
            if breaker.position(now=now) is Position.OPEN
        ]
        if open_kinds:
            raise ProviderUnavailable(
                f"the circuit breaker of {', '.join(open_kinds)} is open", provider=self._provider
            )
