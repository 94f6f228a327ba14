"""The database, from where we stand: queries by name, connections, and who waits to commit."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Gauge

from adapters.metrics.families import counter, gauge, histogram
from adapters.postgres.connection_gate import PoolUsage
from adapters.postgres.observer import Outcome, QueryObserver

BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""A statement has 5 s."""


class DatabaseMetrics(QueryObserver):
    def __init__(self, registry: CollectorRegistry) -> None:
        self._duration = histogram(
            registry,
            "stack_query_duration_seconds",
            "Time of a named query on its connection",
            ("query",),
            buckets=BUCKETS_S,
        )
        self._failures = counter(
            registry,
            "stack_query_failures",
            "Named queries that did not end well: refused, timed_out, failed, abandoned",
            ("query", "outcome"),
        )
        self._connections = gauge(
            registry,
            "stack_pool_connections",
            "Connections in use, and queries that wait for one",
            ("state",),
        )
        self._connections_max = Gauge(
            "stack_pool_connections_max", "Connections that the pool may have", registry=registry
        )
        self._waiting = Gauge(
            "stack_commits_waiting", "Units that wait for a lane to be committed", registry=registry
        )

    def on_query(self, name: str, *, duration_s: float, outcome: Outcome) -> None:
        self._duration.at(name).observe(duration_s)
        if outcome is not Outcome.OK:
            self._failures.at(name, outcome.value).inc()

    def watch_pool(self, usage: Callable[[], PoolUsage]) -> None:
        """Ask for the usage at every scrape."""
        self._connections.at("in_use").set_function(lambda: usage().busy)
        self._connections.at("waiting").set_function(lambda: usage().waiting)
        self._connections_max.set_function(lambda: usage().size_max)

    def watch_commits(self, waiting: Callable[[], int]) -> None:
        self._waiting.set_function(waiting)
