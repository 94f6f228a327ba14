"""Prometheus' own configuration: its targets and its Alertmanager."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from scripts.slo.duration import Pace
from scripts.slo.model import Source


@attrs.frozen(kw_only=True)
class Place:
    """The addresses of the processes and of Alertmanager, as ``host:port``."""

    http: Sequence[str] = ("http.stack.internal:9464",)
    worker: Sequence[str] = ("worker.stack.internal:9464",)
    alertmanager: str = "alertmanager.stack.internal:9093"


def scraping(source: Source, pace: Pace, place: Place) -> Mapping[str, Any]:
    """Prometheus' configuration, which reads the rules from ``rules/`` beside it."""
    scrape, evaluate = str(pace(source.scrape)), str(pace(source.evaluate))
    return {
        "global": {
            "scrape_interval": scrape,
            "scrape_timeout": scrape,
            "evaluation_interval": evaluate,
        },
        "rule_files": ["rules/*.yml"],
        "alerting": {"alertmanagers": [{"static_configs": [{"targets": [place.alertmanager]}]}]},
        "scrape_configs": [
            {"job_name": f"stack-{role}", "static_configs": [{"targets": list(targets)}]}
            for role, targets in (("http", place.http), ("worker", place.worker))
        ],
    }
