"""The pages of `make observe`: they take spans and alerts, and pass queries on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from scripts.observability.pages import Pages
from scripts.observability.traces import TRACES_MAX, Traces

Client = TestClient[web.Request, web.Application]


def export(trace: int, *spans: tuple[int, int, str]) -> bytes:
    """Spans of one trace as (id, parent's id, name), each a millisecond after the one before."""
    request = ExportTraceServiceRequest()
    resource = request.resource_spans.add()
    resource.resource.attributes.add(key="stack.role").value.string_value = "worker"
    for number, (identity, parent, name) in enumerate(spans):
        span = resource.scope_spans.add().spans.add(name=name)
        span.trace_id, span.span_id = trace.to_bytes(16, "big"), identity.to_bytes(8, "big")
        span.parent_span_id = parent.to_bytes(8, "big") if parent else b""
        span.start_time_unix_nano = number * 1_000_000
        span.end_time_unix_nano = 9_000_000
    return bytes(request.SerializeToString())


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    async with TestClient(TestServer(Pages().app(), host="127.0.0.1")) as client:
        yield client


async def test_a_trace_is_shown_as_a_tree(client: Client) -> None:
    body = export(7, (1, 0, "POST /v1/deposits"), (2, 1, "commit_units"), (3, 2, "deeper"))
    assert (await client.post("/v1/traces", data=body)).status == 200
    (line,) = await (await client.get("/api/traces")).json()
    assert (line["name"], line["spans"], line["took"]) == ("POST /v1/deposits", 3, 9.0)
    spans = await (await client.get(f"/api/traces/{line['trace_id']}")).json()
    assert [(each["name"], each["depth"], each["role"]) for each in spans] == [
        ("POST /v1/deposits", 0, "worker"),
        ("commit_units", 1, "worker"),
        ("deeper", 2, "worker"),
    ]


async def test_what_is_no_export_is_refused(client: Client) -> None:
    assert (await client.post("/v1/traces", data=b"\xff\xff")).status == 400


def test_only_the_latest_traces_are_kept() -> None:
    traces = Traces()
    for trace in range(1, TRACES_MAX + 2):
        traces.take(export(trace, (1, 0, "GET /v1/orders")))
    assert traces.trace(f"{1:032x}") == []
    assert len(traces.trace(f"{2:032x}")) == 1


async def test_an_alert_is_shown_with_whom_it_was_told(client: Client) -> None:
    alert = {"status": "firing", "labels": {"alertname": "ApiDown"}}
    await client.post("/alerts/page", json={"alerts": [alert]})
    assert await (await client.get("/api/alerts")).json() == [{**alert, "receiver": "page"}]


async def test_all_dashboards_are_listed_and_served(client: Client) -> None:
    boards = await (await client.get("/api/dashboards")).json()
    names = [board["uid"].removeprefix("stack-") for board in boards]
    assert names == ["business", "database", "money", "overview", "providers"]
    for name in names:
        assert (await client.get(f"/d/{name}")).status == 200
        board: Any = await (await client.get(f"/dashboards/{name}.json")).json()
        assert board["panels"]


async def test_a_query_is_passed_on_and_nothing_else_is() -> None:
    async def query(request: web.Request) -> web.Response:
        return web.json_response({"data": {"result": [request.query["query"]]}})

    prometheus = web.Application()
    prometheus.router.add_get("/api/v1/query", query)
    async with TestServer(prometheus, host="127.0.0.1") as server:
        pages = Pages(prometheus_url=str(server.make_url("")).rstrip("/"))
        async with TestClient(TestServer(pages.app(), host="127.0.0.1")) as client:
            found = await (await client.get("/prometheus/query?query=up")).json()
            assert found == {"data": {"result": ["up"]}}
            assert (await client.get("/prometheus/admin")).status == 404
