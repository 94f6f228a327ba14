"""Which series a process shows, with which labels and buckets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.memory.clock import ManualClock
from adapters.metrics.process import ProcessMetrics

FROM_PROMETHEUS: Mapping[str, frozenset[str]] = {
    "up": frozenset({"job", "instance"}),
    "ALERTS": frozenset({"alertname", "alertstate", "severity"}),
}
FROM_THE_CLIENT: Mapping[str, frozenset[str]] = {
    "process_resident_memory_bytes": frozenset({"job", "instance"}),
    "stack_build_info": frozenset({"version", "python", "role", "job", "instance"}),
}


def labels_by_series() -> Mapping[str, frozenset[str]]:
    """The labels that each series may have, Prometheus' own included."""
    found: dict[str, frozenset[str]] = {}
    for name, collector in _collectors().items():
        le = {"le"} if name.endswith("_bucket") else set()
        found[name] = frozenset({*getattr(collector, "_labelnames", ()), *le, "job", "instance"})
    return found | dict(FROM_PROMETHEUS) | dict(FROM_THE_CLIENT)


def bounds_by_series() -> Mapping[str, frozenset[str]]:
    """The bounds of each histogram's buckets, as they are written."""
    return {
        name: frozenset(str(bound) for bound in collector._upper_bounds)
        for name, collector in _collectors().items()
        if name.endswith("_bucket") and not collector._labelnames
    } | {
        name: frozenset(str(bound) for bound in collector._kwargs["buckets"])
        for name, collector in _collectors().items()
        if name.endswith("_bucket") and collector._labelnames
    }


def _collectors() -> Mapping[str, Any]:
    metrics = ProcessMetrics(role="http", clock=ManualClock())
    collectors: Mapping[str, Any] = metrics._registry._names_to_collectors
    return collectors
