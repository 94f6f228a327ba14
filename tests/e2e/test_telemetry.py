"""What the running system reports: metrics, heartbeats and log lines that belong together."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, get_type_hints

import aiohttp
import orjson
import pytest
from prometheus_client.parser import text_string_to_metric_families

from adapters.postgres.queries import QUERIES
from domain.ledger.account import Role
from domain.processes.registry import PROCESSES
from entrypoints.cli.api import ApiError, until
from entrypoints.http.routes import ROUTES
from tests.e2e.books import Books
from tests.e2e.investor import Investor
from tests.support.stack import HTTP, WORKER, Stack

SERIES_MAX = 6000
"""Of one process, histograms' buckets included."""

WORD = re.compile(r"[A-Za-z][A-Za-z_.-]{0,40}|[0-9.]{1,9}|\+Inf|inf")
"""What has no list: a name that somebody thought of, the edge of a bucket, a version."""

KNOWN: Mapping[str, AbstractSet[str]] = {
    "http_route": {route.path for route in ROUTES} | {"unmatched"},
    "http_request_method": {route.method for route in ROUTES} | {"OPTIONS", "PUT", "PATCH"},
    "query": QUERIES.keys() | {"unnamed"},
    "provider": {"alpaca", "circle", "due", "nodes"},
    "path": {"/"},
    "role": {role.value for role in Role} | {HTTP, WORKER},
    "asset": {"USD", "USDC", "shares"},
    "stage": {stage.value for each in PROCESSES for stage in get_type_hints(each.record)["stage"]},
}

Labels = Mapping[str, str]
Samples = Sequence[tuple[str, Labels, float]]


async def scraped(stack: Stack, name: str) -> Samples:
    async with aiohttp.ClientSession() as client, client.get(stack.metrics_urls[name]) as page:
        text = await page.text()
    return [
        (sample.name, sample.labels, sample.value)
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    ]


def total(samples: Samples, name: str, **labels: str) -> float:
    return sum(
        value for found, its, value in samples if found == name and labels.items() <= its.items()
    )


async def test_money_that_moved_is_in_the_metrics(
    stack: Stack, ann: Investor, books: Books
) -> None:
    before = await scraped(stack, WORKER)
    await ann.funded()
    after = await scraped(stack, WORKER)

    def grown(name: str, **labels: str) -> float:
        return total(after, name, **labels) - total(before, name, **labels)

    assert grown("stack_money_total", kind="deposit", asset="USDC") == 250
    assert grown("stack_deposit_latency_seconds_count", milestone="confirmed") == 1
    assert grown("stack_deposit_latency_seconds_count", milestone="funded") == 1
    assert grown("stack_provider_calls_total", provider="due", outcome="ok") > 0
    assert grown("stack_job_duration_seconds_count", outcome="done") > 5
    assert grown("stack_job_duration_seconds_count", outcome="raised") == 0
    assert grown("stack_query_duration_seconds_count", query="commit_units") > 5
    assert total(after, "stack_provider_breaker_state", state="closed") == 12
    web = await scraped(stack, HTTP)
    assert total(web, "http_server_request_duration_seconds_count", http_route="/v1/wallets") > 0
    assert total(web, "stack_webhook_verdicts_total", source="circle", verdict="accepted") > 0
    assert total(web, "stack_pool_connections_max") == 10
    assert total(web, "stack_build_info", role="http") == 1


async def test_the_worker_reports_the_state_of_the_system(
    stack: Stack, ann: Investor, books: Books
) -> None:
    await ann.funded()

    async def worker() -> Samples:
        return await scraped(stack, WORKER)

    def is_told(samples: Samples) -> bool:
        return total(samples, "stack_ledger_balance", role="cash", asset="USD") > 0

    samples = await until(worker, is_told, what="the balance of the books")
    assert total(samples, "stack_ledger_imbalance") == 0
    assert {its["stage"] for name, its, _ in samples if name == "stack_processes"} > {"detected"}
    assert total(samples, "stack_chore_runs_total", outcome="broke") == 0


async def test_labels_come_from_sets_that_have_an_end(
    stack: Stack, ann: Investor, books: Books
) -> None:
    await ann.funded()
    for path in ("/v1/orders/whatever", "/v1/nowhere", "/v1/assets/NOBODY"):
        with pytest.raises(ApiError):
            await ann.api.get(path)
    for name in (HTTP, WORKER):
        samples = await scraped(stack, name)
        assert len(samples) < SERIES_MAX
        for _, labels, _ in samples:
            for label, value in labels.items():
                known = KNOWN.get(label)
                assert value in known if known else WORD.fullmatch(value), (label, value)


async def test_readiness_hears_the_workers(stack: Stack, ann: Investor, books: Books) -> None:
    ready: Any = await ann.api.get("/health/readiness")
    checks = {check["name"]: check["ok"] for check in ready["checks"]}
    assert {name for name in checks if name.startswith("worker.")} == {
        "worker.relay",
        "worker.feeds",
        "worker.chores",
    }
    assert ready["status"] == "ok"
    started: Any = await ann.api.get("/health/startup")
    assert {check["name"] for check in started["checks"]} == {"migrations", "settings"}
    assert started["status"] == "ok"


async def test_every_line_of_a_request_and_of_a_job_says_what_it_belongs_to(
    stack: Stack, ann: Investor, books: Books
) -> None:
    await ann.funded()
    requests = [line for line in _lines(stack, HTTP) if line["event"] == "request"]
    assert all({"request_id", "trace_id", "span_id", "route"} <= line.keys() for line in requests)
    opened = [
        line for line in requests if line["route"] == "/v1/wallets" and "POST" in line["method"]
    ]
    assert all("process" in line for line in opened if line["status"] == 202)
    jobs = [line for line in _lines(stack, WORKER) if "job" in line]
    assert all({"trace_id", "kind", "attempt"} <= line.keys() for line in jobs)


def _lines(stack: Stack, name: str) -> Sequence[dict[str, Any]]:
    return [orjson.loads(line) for line in stack.lines(name)]
