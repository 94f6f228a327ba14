"""
Metrics with a bounded number of series.

A family caches its children, because finding one costs more than counting. It has at most ``series_max``
of them: further label values are counted under ``other``, so that no caller, provider or defect can fill
the memory of the process or of Prometheus.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
)

OTHER = "other"
SERIES_MAX = 1000

MetricT = TypeVar("MetricT", Counter, Gauge, Histogram)

# The ``_created`` series would double the number of series without information that we use.
disable_created_metrics()  # type: ignore[no-untyped-call]


class Family(Generic[MetricT]):
    """The children of one metric by the values of its labels."""

    def __init__(self, metric: MetricT, *, labels: int, series_max: int = SERIES_MAX) -> None:
        self._metric: MetricT = metric
        self._rest = (OTHER,) * labels
        self._series_max = series_max
        self._children: dict[tuple[str, ...], MetricT] = {}

    def at(self, *values: str) -> MetricT:
        child = self._children.get(values)
        return self._admitted(values) if child is None else child

    def _admitted(self, values: tuple[str, ...]) -> MetricT:
        if len(self._children) >= self._series_max:
            values = self._rest
        child = self._metric.labels(*values)
        self._children[values] = child
        return child


def counter(
    registry: CollectorRegistry, name: str, meaning: str, labels: Sequence[str]
) -> Family[Counter]:
    return Family(Counter(name, meaning, labels, registry=registry), labels=len(labels))


def gauge(
    registry: CollectorRegistry, name: str, meaning: str, labels: Sequence[str]
) -> Family[Gauge]:
    return Family(Gauge(name, meaning, labels, registry=registry), labels=len(labels))


def histogram(
    registry: CollectorRegistry,
    name: str,
    meaning: str,
    labels: Sequence[str],
    *,
    buckets: Sequence[float],
) -> Family[Histogram]:
    metric = Histogram(name, meaning, labels, buckets=buckets, registry=registry)
    return Family(metric, labels=len(labels))
