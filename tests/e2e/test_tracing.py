"""One trace follows the money: from the request, through every process, to the last posting."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Sequence

import aiohttp
import pytest

from entrypoints.cli.api import until
from tests.e2e.books import Books
from tests.e2e.investor import Investor
from tests.support.collector import CollectedSpan, Collector, collecting
from tests.support.databases import Databases
from tests.support.stack import Stack, stack_on
from tests.support.waiting import eventually

SERVER, CLIENT, CONSUMER = 2, 3, 5
"""Kinds of spans, as OTLP counts them."""

PAID_IN = ["deposit_confirmed", "usdc_sent_to_offramp", "converted", "buying_power_credited"]
PAID_OUT = ["reserved", "withdrawal_debited", "wired_to_offramp", "converted", "paid_out"]
PRIVATE = ("@example", "Ann", "Lee", "San Mateo", "666-55-4321", "Bearer", "password")


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    with collecting() as collector:
        yield collector


@pytest.fixture(scope="module")
def stack(
    databases: Databases,
    redis_server: str,
    tmp_path_factory: pytest.TempPathFactory,
    collector: Collector,
) -> Iterator[Stack]:
    """A stack that sends every span to the collector."""
    variables = {
        "STACK__TRACING__EXPORTER": "otlp-http",
        "STACK__TRACING__ENDPOINT": collector.url,
        "STACK__TRACING__SAMPLE_RATIO": "1.0",
        "STACK__TRACING__EXPORT_EVERY_S": "0.2",
        "STACK__TRACING__QUEUE_MAX": "20000",
    }
    folder = tmp_path_factory.mktemp("stack")
    with stack_on(databases, folder=folder, redis_url=redis_server, variables=variables) as running:
        yield running


async def test_one_trace_follows_a_deposit_from_the_request_to_the_last_posting(
    ann: Investor, books: Books, collector: Collector
) -> None:
    await ann.opened()
    announced = await ann.api.post("/v1/deposits", {"chain": "polygon", "amount": "250.00"})
    await ann.send("250.00")
    await ann.deposits("broker_funded")

    spans = await _followed(collector, announced["id"], until_posted=PAID_IN)
    first = _root(spans)
    assert (first.name, first.kind, first.role) == ("POST /v1/deposits", SERVER, "http")
    await eventually(
        lambda: "POST /v1/webhooks/circle" in _sources(collector, spans), "the webhook's trace"
    )
    _is_whole(spans, providers={"circle", "due", "alpaca"})


async def test_one_trace_follows_a_withdrawal_from_the_request_to_the_last_posting(
    ann: Investor, books: Books, collector: Collector
) -> None:
    await ann.funded()
    told = await ann.walk.withdraw()

    spans = await _followed(collector, ann.walk.processes[-1], until_posted=PAID_OUT)
    first = _root(spans)
    assert (first.name, first.kind, first.role) == ("POST /v1/withdrawals", SERVER, "http")
    _is_whole(spans, providers={"due", "alpaca"})
    (destination,) = re.findall("0x[0-9a-f]{40}", told)
    assert destination not in repr(collector.spans)


async def test_a_request_is_in_the_trace_of_its_caller_and_the_refusal_says_so(
    stack: Stack, collector: Collector
) -> None:
    trace_id, span_id = secrets.token_hex(16), secrets.token_hex(8)
    headers = {"traceparent": f"00-{trace_id}-{span_id}-00"}
    async with (
        aiohttp.ClientSession(headers=headers) as client,
        client.get(f"{stack.url}/v1/deposits") as answer,
    ):
        assert (answer.status, (await answer.json())["trace_id"]) == (401, trace_id)

    async def trace() -> Sequence[CollectedSpan]:
        return collector.trace(trace_id)

    first, *_ = await until(trace, bool, what="the trace of a request")
    assert (first.name, first.parent_id) == ("GET /v1/deposits", span_id)
    assert first.attributes["error.type"] == "InvalidToken"


async def _followed(
    collector: Collector, process_id: str, *, until_posted: Sequence[str]
) -> Sequence[CollectedSpan]:
    """The trace of a process, once all of it is there."""

    async def trace() -> Sequence[CollectedSpan]:
        steps = [s for s in collector.spans if s.attributes.get("stack.process.id") == process_id]
        return collector.trace(steps[0].trace_id) if steps else []

    spans = await until(
        trace,
        lambda spans: sorted(_postings(spans)) == sorted(until_posted) and not _orphans(spans),
        what=f"the trace of {process_id}",
    )
    everywhere = [s for s in collector.spans if s.attributes.get("stack.process.id") == process_id]
    assert {step.trace_id for step in everywhere} == {spans[0].trace_id}
    return list(spans)


def _is_whole(spans: Sequence[CollectedSpan], *, providers: set[str]) -> None:
    """Every part of the way is in the trace, and nothing that is nobody's business."""
    assert {span.role for span in spans} == {"http", "worker"}
    calls = [span for span in spans if "stack.provider" in span.attributes]
    assert {call.attributes["stack.provider"] for call in calls} >= providers
    assert all("attempt" in {event.name for event in call.events} for call in calls)
    jobs = [span for span in spans if span.kind == CONSUMER]
    assert {job.attributes["messaging.destination.name"] for job in jobs} == {"jobs"}
    queries = [span for span in spans if span.attributes.get("db.system.name") == "postgresql"]
    assert "commit_units" in {query.name for query in queries}
    assert {query.kind for query in queries} == {CLIENT}
    for private in PRIVATE:
        assert private not in repr(spans)


def _root(spans: Sequence[CollectedSpan]) -> CollectedSpan:
    (root,) = [span for span in spans if not span.parent_id]
    return root


def _orphans(spans: Sequence[CollectedSpan]) -> Sequence[str]:
    """The names of those whose parent is not in the trace."""
    known = {span.span_id for span in spans} | {""}
    return [span.name for span in spans if span.parent_id not in known]


def _postings(spans: Sequence[CollectedSpan]) -> Sequence[str]:
    events = [event for span in spans for event in span.events]
    return [event.attributes["stack.entry.template"] for event in events if event.name == "posting"]


def _sources(collector: Collector, spans: Sequence[CollectedSpan]) -> set[str]:
    """The names of the roots of the traces that steps of this one are linked to."""
    others = {trace_id for span in spans for trace_id, _ in span.links}
    linked = [span for trace_id in others for span in collector.trace(trace_id)]
    return {span.name for span in linked if not span.parent_id}
