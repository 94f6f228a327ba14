from __future__ import annotations

import pytest
from opentelemetry import baggage, trace
from opentelemetry.context import Context

from adapters.telemetry.context import LENGTH_MAX, is_unsampled, read, written
from adapters.telemetry.tracing import TracingSettings
from tests.support.tracing import Witness

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
UNSAMPLED = PARENT.removesuffix("01") + "00"


def test_outside_of_any_trace_nothing_is_written() -> None:
    assert written(Context()) is None


@pytest.mark.parametrize("text", [PARENT, UNSAMPLED, f"{PARENT} request_id=abc"])
def test_what_is_read_is_what_was_written(text: str) -> None:
    assert written(read(text)) == text


@pytest.mark.parametrize("text", [None, "", "nonsense", "00-0-0-00"])
def test_what_cannot_be_read_is_no_trace(text: str | None) -> None:
    assert not trace.get_current_span(read(text)).get_span_context().is_valid


def test_reading_takes_nothing_from_what_is_current() -> None:
    with Witness().tracing.tracer.start_as_current_span("here"):
        assert written(read(None)) is None


def test_baggage_that_is_too_long_is_left_behind() -> None:
    heavy = baggage.set_baggage("key", "x" * LENGTH_MAX, read(PARENT))
    assert written(heavy) == PARENT


def test_a_trace_is_left_out_when_it_was_decided_not_to_sample_it() -> None:
    assert is_unsampled(read(UNSAMPLED))
    assert not is_unsampled(read(PARENT))
    assert not is_unsampled(Context())
    witness = Witness(TracingSettings(sample_ratio=0.0))
    with witness.tracing.tracer.start_as_current_span("here"):
        assert is_unsampled()
