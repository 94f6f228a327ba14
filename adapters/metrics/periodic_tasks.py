"""What the worker does from time to time."""

from __future__ import annotations

from prometheus_client import CollectorRegistry

from adapters.metrics.families import counter


class PeriodicTaskMetrics:
    def __init__(self, registry: CollectorRegistry) -> None:
        self._runs = counter(
            registry,
            "stack_chore_runs",
            "Runs of a chore: done, failed and to be tried again, or broke, which is a defect",
            ("chore", "outcome"),
        )

    def ran(self, chore: str, *, outcome: str) -> None:
        self._runs.at(chore, outcome).inc()
