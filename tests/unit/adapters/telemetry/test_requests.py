from __future__ import annotations

import pytest
from opentelemetry import baggage
from opentelemetry.trace import SpanKind, StatusCode

from adapters.telemetry.context import written
from adapters.telemetry.requests import RequestSpans
from adapters.telemetry.tracing import TracingSettings
from tests.support.tracing import Witness, attributes, parent_of

TRACE = "0af7651916cd43dd8448eb211c80319c"
SAMPLED = {"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"}
UNSAMPLED = {"traceparent": f"00-{TRACE}-b7ad6b7169203331-00"}


def ask(
    witness: Witness,
    headers: dict[str, str] | None = None,
    *,
    method: str = "GET",
    route: str | None = "/v1/deposits/{id}",
    status: int = 200,
    trusted: bool = False,
) -> str:
    """Make a request; the trace that it was in."""
    with spans(witness).request(
        method, route=route, path="/v1/deposits/7", headers=headers or {}, trusted=trusted
    ) as span:
        span.answered(status)
        return span.trace_id


def spans(witness: Witness) -> RequestSpans:
    assert witness.tracing.requests is not None
    return witness.tracing.requests


def test_a_request_is_named_by_its_route() -> None:
    witness = Witness()
    ask(witness)
    (span,) = witness.spans
    assert (span.name, span.kind) == ("GET /v1/deposits/{id}", SpanKind.SERVER)
    assert attributes(span) == {
        "http.request.method": "GET",
        "http.response.status_code": 200,
        "http.route": "/v1/deposits/{id}",
        "url.path": "/v1/deposits/7",
        "url.scheme": "http",
    }


def test_what_is_not_in_the_table_of_routes_is_not_repeated() -> None:
    witness = Witness()
    ask(witness, method="ada@example.org", route=None, status=404)
    (span,) = witness.spans
    assert span.name == "_OTHER"
    assert "url.path" not in attributes(span)
    assert "example.org" not in span.to_json()


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (200, StatusCode.UNSET),
        (404, StatusCode.UNSET),
        (422, StatusCode.UNSET),
        (500, StatusCode.ERROR),
        (503, StatusCode.ERROR),
    ],
)
def test_only_what_is_our_fault_is_an_error(status: int, expected: StatusCode) -> None:
    witness = Witness()
    ask(witness, status=status)
    assert witness.spans[0].status.status_code is expected


@pytest.mark.parametrize("trusted", [True, False])
def test_a_request_is_in_the_trace_of_its_caller(*, trusted: bool) -> None:
    witness = Witness()
    assert ask(witness, SAMPLED, trusted=trusted) == TRACE
    assert parent_of(witness.spans[0]) == 0xB7AD6B7169203331


@pytest.mark.parametrize(
    ("headers", "chance", "trusted", "count"),
    [
        (SAMPLED, 0.04, False, 1),
        (UNSAMPLED, 0.04, False, 1),
        (SAMPLED, 0.06, False, 0),
        (UNSAMPLED, 0.06, False, 0),
        (SAMPLED, 0.06, True, 1),
        (UNSAMPLED, 0.04, True, 0),
    ],
)
def test_a_stranger_does_not_decide_what_is_sampled(
    headers: dict[str, str], chance: float, *, trusted: bool, count: int
) -> None:
    witness = Witness(TracingSettings(sample_ratio=0.05), chance=chance)
    assert ask(witness, headers, trusted=trusted) == TRACE
    assert len(witness.spans) == count


@pytest.mark.parametrize("ratio", [0.0, 1.0])
def test_a_new_trace_is_sampled_by_the_ratio(ratio: float) -> None:
    witness = Witness(TracingSettings(sample_ratio=ratio))
    assert len(ask(witness)) == 32
    assert len(witness.spans) == ratio


@pytest.mark.parametrize(("trusted", "expected"), [(True, {"tenant": "blue"}), (False, {})])
def test_only_our_own_proxies_bring_baggage_and_only_what_was_agreed(
    *, trusted: bool, expected: dict[str, str]
) -> None:
    witness = Witness(TracingSettings(baggage_keys=("tenant",)))
    headers = {**SAMPLED, "baggage": "tenant=blue,email=ada%40example.org"}
    with spans(witness).request("GET", route="/", path="/", headers=headers, trusted=trusted):
        assert baggage.get_all() == expected
        text = written()
    assert text is not None
    assert text.partition(" ")[2] == ("tenant=blue" if trusted else "")


def test_an_error_is_recorded_without_its_message() -> None:
    witness = Witness()
    with spans(witness).request("GET", route="/", path="/", headers={}, trusted=False) as span:
        with pytest.raises(ValueError, match="ada") as caught:
            raise ValueError("ada@example.org")
        span.failed(caught.value)
        span.answered(500)
    (recorded,) = witness.spans
    assert attributes(recorded)["error.type"] == "ValueError"
    assert "in test_an_error_is_recorded" in recorded.to_json()
    assert "example.org" not in recorded.to_json()
