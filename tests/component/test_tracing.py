"""A request is one span, around whatever is done for it."""

from __future__ import annotations

from ipaddress import ip_network

import attrs
import pytest
from opentelemetry.trace import StatusCode

from adapters.telemetry.tracing import TracingSettings
from entrypoints.settings import HttpSettings
from ports.errors import ProviderUnavailable
from tests.component.conftest import Serve
from tests.component.investor import Client
from tests.component.stub_app import BEARER, SETTINGS, Listings, an_application
from tests.support.tracing import Witness, attributes, trace_of

TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = f"00-{TRACE}-b7ad6b7169203331-01"
LOOPBACK = attrs.evolve(SETTINGS, trusted_proxies=(ip_network("127.0.0.0/8"),))
AWAY = ProviderUnavailable("ada@example.org", provider="alpaca", operation="assets")


async def served(
    serve: Serve,
    witness: Witness,
    *,
    failure: Exception | None = None,
    settings: HttpSettings = SETTINGS,
) -> Client:
    listings = Listings("AAPL", failure=failure)
    return await serve(
        an_application(listings=listings), spans=witness.tracing.requests, settings=settings
    )


async def test_a_request_is_named_by_its_route_and_has_its_status(serve: Serve) -> None:
    witness = Witness()
    client = await served(serve, witness)
    await client.get("/v1/assets", headers=BEARER)
    span = witness.span("GET /v1/assets")
    assert attributes(span)["http.response.status_code"] == 200
    assert attributes(span)["http.route"] == "/v1/assets"


@pytest.mark.parametrize(
    ("failure", "status", "kind"),
    [(AWAY, 503, "ProviderUnavailable"), (ValueError("ada@example.org"), 500, "ValueError")],
)
async def test_what_goes_wrong_on_our_side_is_recorded(
    serve: Serve, failure: Exception, status: int, kind: str
) -> None:
    witness = Witness()
    client = await served(serve, witness, failure=failure)
    answer = await client.get("/v1/assets", headers=BEARER)
    (span,) = witness.spans
    assert (answer.status, span.status.status_code) == (status, StatusCode.ERROR)
    assert attributes(span)["error.type"] == kind
    assert [event.name for event in span.events] == ["exception"]
    assert "example.org" not in span.to_json()


async def test_a_refusal_names_the_trace_and_is_no_error_of_ours(serve: Serve) -> None:
    witness = Witness()
    client = await served(serve, witness)
    answer = await client.get("/v1/assets")
    (span,) = witness.spans
    assert (answer.status, span.status.status_code) == (401, StatusCode.UNSET)
    trace_id = f"{trace_of(span):032x}"
    assert (await answer.json())["trace_id"] == trace_id
    assert attributes(span)["stack.error.code"] == (await answer.json())["code"]


async def test_a_path_that_is_not_ours_is_not_repeated(serve: Serve) -> None:
    witness = Witness()
    client = await served(serve, witness)
    assert (await client.get("/ada@example.org")).status == 404
    (span,) = witness.spans
    assert span.name == "GET"
    assert "example.org" not in span.to_json()


@pytest.mark.parametrize(("settings", "count"), [(SETTINGS, 0), (LOOPBACK, 1)])
async def test_only_our_own_proxies_say_what_is_sampled(
    serve: Serve, settings: HttpSettings, count: int
) -> None:
    witness = Witness(TracingSettings(sample_ratio=0.05), chance=0.99)
    client = await served(serve, witness, settings=settings)
    answer = await client.get("/v1/assets", headers={"traceparent": PARENT})
    assert (await answer.json())["trace_id"] == TRACE
    assert len(witness.spans) == count


async def test_without_tracing_a_request_is_answered_as_ever(serve: Serve) -> None:
    client = await serve()
    answer = await client.get("/v1/assets", headers={"traceparent": PARENT})
    assert (await answer.json())["trace_id"] == TRACE
