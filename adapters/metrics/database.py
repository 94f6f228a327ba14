"""The database as this process sees it: named queries, connections, units waiting to be committed."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Gauge

from adapters.metrics.families import counter, gauge, histogram
from adapters.postgres.connection_gate import PoolUsage
from adapters.postgres.observer import Outcome, QueryObserver

BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""The statement timeout is 5 s."""


class DatabaseMetrics(QueryObserver):
    def __init__(self, registry: CollectorRegistry) -> None:
        self._duration = histogram(
            registry,
            "stack_query_duration_seconds",
            "Duration of a named query, without the wait for a connection",
            ("query",),
            buckets=BUCKETS_S,
        )
        self._failures = counter(
            registry,
            "stack_query_failures",
            "Named queries that failed, by outcome: refused, timed_out, failed, abandoned",
            ("query", "outcome"),
        )
        self._connections = gauge(
            registry,
            "stack_pool_connections",
            "Connections in use, and queries waiting for a connection",
            ("state",),
        )
        self._connections_max = Gauge(
            "stack_pool_connections_max", "Maximum size of the connection pool", registry=registry
        )
        self._waiting = Gauge(
            "stack_commits_waiting", "Units of work waiting to be committed", registry=registry
        )

    def on_query(self, name: str, *, duration_s: float, outcome: Outcome) -> None:
        self._duration.at(name).observe(duration_s)
        if outcome is not Outcome.OK:
            self._failures.at(name, outcome.value).inc()

    def watch_pool(self, usage: Callable[[], PoolUsage]) -> None:
        """Read the usage at every scrape."""
        self._connections.at("in_use").set_function(lambda: usage().busy)
        self._connections.at("waiting").set_function(lambda: usage().waiting)
        self._connections_max.set_function(lambda: usage().size_max)

    def watch_commits(self, waiting: Callable[[], int]) -> None:
        self._waiting.set_function(waiting)
