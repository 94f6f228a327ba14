"""Reads a page of metrics as Prometheus does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from prometheus_client.parser import text_string_to_metric_families

from adapters.metrics.process import ProcessMetrics

Series = tuple[str, tuple[tuple[str, str], ...]]


def samples(metrics: ProcessMetrics) -> Counter[Series]:
    """The values of one page by name and labels; the process's own are left out."""
    found: Counter[Series] = Counter()
    for family in text_string_to_metric_families(metrics.page()[0].decode()):
        for sample in family.samples:
            if not sample.name.startswith(("process_", "python_")):
                found[sample.name, tuple(sorted(sample.labels.items()))] += sample.value  # type: ignore[assignment]
    return found


def value(metrics: ProcessMetrics, name: str, **labels: str) -> float:
    """The sum of the series that have these labels."""
    return sum(
        number
        for (found, its), number in samples(metrics).items()
        if found == name and labels.items() <= dict(its).items()
    )


def added(pages: Iterable[ProcessMetrics]) -> Counter[Series]:
    """``sum without (instance)``, as Prometheus does it."""
    total: Counter[Series] = Counter()
    for page in pages:
        total.update(samples(page))
    return total
