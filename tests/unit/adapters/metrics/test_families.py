"""No instrument grows without an end, and processes are added up."""

from __future__ import annotations

import pytest
from prometheus_client import CollectorRegistry, Counter, generate_latest

from adapters.memory.clock import ManualClock
from adapters.metrics.families import Family, counter
from adapters.metrics.process import ProcessMetrics
from tests.unit.adapters.metrics.pages import added, value

REQUEST = "http_server_request_duration_seconds"


def a_process(role: str = "http") -> ProcessMetrics:
    return ProcessMetrics(role=role, clock=ManualClock())


def test_what_comes_after_the_last_series_is_counted_as_other() -> None:
    registry = CollectorRegistry()
    metric = Counter("calls", "Calls", ("path", "method"), registry=registry)
    calls = Family(metric, labels=2, series_max=3)
    for number in range(50):
        calls.at(f"/{number}", "GET").inc()
    page = generate_latest(registry).decode()
    assert 'calls_total{method="other",path="other"} 47.0' in page
    assert page.count("calls_total{") == 4


def test_a_child_is_made_once() -> None:
    calls = counter(CollectorRegistry(), "calls", "Calls", ("path",))
    assert calls.at("/") is calls.at("/")


@pytest.mark.parametrize("method", ["BREW", "get", "X" * 1000])
def test_a_method_that_nobody_knows_has_no_series_of_its_own(method: str) -> None:
    metrics = a_process()
    metrics.request_began()
    metrics.request_ended(method, route="unmatched", status=405, seconds=0.1)
    assert value(metrics, f"{REQUEST}_count", http_request_method="other") == 1


def test_several_processes_add_up_to_what_one_would_have_counted() -> None:
    one, two, alone = a_process(), a_process(), a_process()
    for metrics in (one, two):
        for seconds in (0.004, 0.2, 0.9):
            for counting in (metrics, alone):
                counting.request_began()
                counting.request_ended("GET", route="/v1/orders", status=200, seconds=seconds)
    name = f"{REQUEST}_bucket"
    together = {key: number for key, number in added((one, two)).items() if key[0] == name}
    by_itself = {key: number for key, number in added((alone,)).items() if key[0] == name}
    assert together == by_itself
    assert max(together.values()) == 6


def test_requests_under_way_are_told() -> None:
    metrics = a_process()
    metrics.request_began()
    metrics.request_began()
    metrics.request_ended("GET", route="/v1/orders", status=200, seconds=0.1)
    assert value(metrics, "http_server_active_requests") == 1
