"""How providers answer, and whether they are asked at all."""

from __future__ import annotations

import functools
from collections.abc import Callable

from prometheus_client import CollectorRegistry

from adapters.metrics.families import counter, gauge, histogram
from adapters.resilience.breaker import Position

BUCKETS_S = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0)
"""A call has 30 s, with all its tries."""


class ProviderMetrics:
    def __init__(self, registry: CollectorRegistry) -> None:
        self._duration = histogram(
            registry,
            "stack_provider_call_duration_seconds",
            "Time of a call to a provider, with all its tries",
            ("provider", "operation"),
            buckets=BUCKETS_S,
        )
        self._calls = counter(
            registry,
            "stack_provider_calls",
            "Calls to a provider by what became of them",
            ("provider", "operation", "outcome"),
        )
        self._breaker = gauge(
            registry,
            "stack_provider_breaker_state",
            "1 for the state that the breaker of a sort of operations is in, 0 for the others",
            ("provider", "operations", "state"),
        )

    def called(self, provider: str, *, operation: str, outcome: str, seconds: float) -> None:
        self._calls.at(provider, operation, outcome).inc()
        self._duration.at(provider, operation).observe(seconds)

    def watch_breaker(
        self, provider: str, *, operations: str, position: Callable[[], Position]
    ) -> None:
        """Ask ``position`` at every scrape: a breaker changes by the mere passing of time."""
        for state in Position:
            is_in = functools.partial(_is, state, position)
            self._breaker.at(provider, operations, state.value).set_function(is_in)


def _is(state: Position, position: Callable[[], Position]) -> float:
    return float(position() is state)
