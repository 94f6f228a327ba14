from __future__ import annotations

import attrs
import pytest
from opentelemetry.trace import SpanKind, StatusCode

from adapters.http.message import Request, Response
from adapters.http.operation import OperationKind
from adapters.http.stack import surround
from adapters.http.transport import Transport
from adapters.memory.clock import ManualClock
from adapters.memory.ids import SequentialIds
from adapters.resilience.breaker import Breaker
from adapters.resilience.policy import CallPolicy
from adapters.telemetry.tracing import TracingSettings
from ports.errors import ProviderUnavailable
from tests.support.tracing import Witness, attributes, trace_of
from tests.support.transports import Scripted

OK = Response(status=200, headers={}, body=b"")
AWAY = Response(status=503, headers={}, body=b"")
LOST = ProviderUnavailable("to bob@example.org", provider="circle", operation="pay")
REQUEST = Request(
    provider="circle",
    operation="pay",
    method="POST",
    url="https://api.circle.invalid/v1/users/ada@example.org?token=secret",
    headers={"Authorization": "Bearer secret"},
    is_safe=True,
)


def stack(witness: Witness, inner: Transport) -> Transport:
    return surround(
        inner,
        clock=ManualClock(),
        ids=SequentialIds(),
        policy=CallPolicy().instant(),
        breakers={kind: Breaker() for kind in OperationKind},
        tracer=witness.tracing.tracer,
        propagate_to=witness.tracing.propagate_to,
    )


async def test_a_call_is_one_span_with_an_event_for_each_try() -> None:
    witness = Witness()
    await stack(witness, Scripted([AWAY, LOST, OK])).send(REQUEST)

    (span,) = witness.spans
    assert (span.name, span.kind) == ("circle pay", SpanKind.CLIENT)
    assert [dict(event.attributes or {}) for event in span.events] == [
        {"stack.attempt": 1, "http.response.status_code": 503},
        {"stack.attempt": 2, "error.type": "ProviderUnavailable"},
        {"stack.attempt": 3, "http.response.status_code": 200},
    ]
    assert attributes(span) == {
        "http.request.method": "POST",
        "http.request.resend_count": 2,
        "http.response.status_code": 200,
        "server.address": "api.circle.invalid",
        "stack.operation": "pay",
        "stack.provider": "circle",
    }
    assert span.status.status_code is StatusCode.UNSET


async def test_a_call_that_fails_is_an_error_without_what_it_quotes() -> None:
    witness = Witness()
    with pytest.raises(ProviderUnavailable):
        await stack(witness, Scripted([LOST])).send(attrs.evolve(REQUEST, is_safe=False))

    (span,) = witness.spans
    assert span.status.status_code is StatusCode.ERROR
    assert attributes(span)["error.type"] == "ProviderUnavailable"
    assert [event.name for event in span.events] == ["attempt", "exception"]
    for private in ("example.org", "secret"):
        assert private not in span.to_json()


@pytest.mark.parametrize("status", [400, 429, 500])
async def test_an_answer_that_refuses_is_an_error_of_the_call(status: int) -> None:
    witness = Witness()
    refused = Response(status=status, headers={}, body=b"")
    await stack(witness, Scripted([refused])).send(attrs.evolve(REQUEST, is_safe=False))

    (span,) = witness.spans
    assert span.status.status_code is StatusCode.ERROR
    assert attributes(span)["error.type"] == str(status)


async def test_calls_side_by_side_count_their_own_tries() -> None:
    witness = Witness()
    for _ in range(2):
        await stack(witness, Scripted([OK])).send(REQUEST)
    assert [len(span.events) for span in witness.spans] == [1, 1]


@pytest.mark.parametrize(
    ("told", "expected"), [((), False), (("circle",), True), (("due",), False)]
)
async def test_a_provider_hears_of_our_trace_only_if_we_say_so(
    told: tuple[str, ...], *, expected: bool
) -> None:
    witness = Witness(TracingSettings(propagate_to=told))
    inner = Scripted([OK])
    await stack(witness, inner).send(REQUEST)

    (sent,) = inner.requests
    assert ("traceparent" in sent.headers) is expected
    if expected:
        trace_id = f"{trace_of(witness.spans[0]):032x}"
        assert trace_id in sent.headers["traceparent"]


async def test_a_call_in_a_trace_that_is_not_sampled_makes_no_span() -> None:
    witness = Witness(TracingSettings(sample_ratio=0.0))
    assert await stack(witness, Scripted([OK])).send(REQUEST) is OK
    assert witness.spans == ()
