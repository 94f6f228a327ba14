"""Metrics of calls to providers and of their circuit breakers."""

from __future__ import annotations

import functools
from collections.abc import Callable

from prometheus_client import CollectorRegistry

from adapters.metrics.families import counter, gauge, histogram
from adapters.resilience.breaker import Position

BUCKETS_S = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0)
"""A call with all its tries may take 30 s."""


class ProviderMetrics:
    def __init__(self, registry: CollectorRegistry) -> None:
        self._duration = histogram(
            registry,
            "stack_provider_call_duration_seconds",
            "Duration of a call to a provider, including retries",
            ("provider", "operation"),
            buckets=BUCKETS_S,
        )
        self._calls = counter(
            registry,
            "stack_provider_calls",
            "Calls to a provider, by outcome",
            ("provider", "operation", "outcome"),
        )
        self._breaker = gauge(
            registry,
            "stack_provider_breaker_state",
            "1 for the current state of the circuit breaker, 0 for its other states",
            ("provider", "operations", "state"),
        )

    def called(self, provider: str, *, operation: str, outcome: str, seconds: float) -> None:
        self._calls.at(provider, operation, outcome).inc()
        self._duration.at(provider, operation).observe(seconds)

    def watch_breaker(
        self, provider: str, *, operations: str, position: Callable[[], Position]
    ) -> None:
        """Read ``position`` at every scrape, because a breaker changes with time alone."""
        for state in Position:
            is_in = functools.partial(_is, state, position)
            self._breaker.at(provider, operations, state.value).set_function(is_in)


def _is(state: Position, position: Callable[[], Position]) -> float:
    return float(position() is state)
