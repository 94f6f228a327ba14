"""Metrics of the worker's periodic tasks."""

from __future__ import annotations

from prometheus_client import CollectorRegistry

from adapters.metrics.families import counter


class PeriodicTaskMetrics:
    def __init__(self, registry: CollectorRegistry) -> None:
        self._runs = counter(
            registry,
            "stack_chore_runs",
            "Runs of a periodic task: done, failed (will be retried), or broke (a defect)",
            ("chore", "outcome"),
        )

    def ran(self, task: str, *, outcome: str) -> None:
        self._runs.at(task, outcome).inc()
