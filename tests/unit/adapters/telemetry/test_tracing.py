from __future__ import annotations

import pytest

from adapters.telemetry.tracing import Tracing, TracingSettings
from entrypoints.configuration import InvalidConfiguration, load


def test_with_the_exporter_none_there_is_a_trace_and_no_span() -> None:
    tracing = Tracing.of(TracingSettings(), role="test", chance=lambda: 0.5)
    with tracing.tracer.start_as_current_span("span") as span:
        assert not span.is_recording()
        assert span.get_span_context().is_valid


async def test_what_is_not_enabled_is_not_there() -> None:
    tracing = Tracing.of(TracingSettings(enabled=False), role="test", chance=lambda: 0.5)
    assert (tracing.requests, tracing.observers, tracing.is_on) == (None, (), False)
    with tracing.tracer.start_as_current_span("span") as span:
        assert not span.get_span_context().is_valid
    await tracing.close()


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SAMPLE_RATIO", "1.1"),
        ("SAMPLE_RATIO", "-0.1"),
        ("EXPORTER", "zipkin"),
        ("EXPORTER", "otlp-grpc"),
        ("QUEUE_MAX", "8"),
    ],
)
def test_what_makes_no_sense_is_refused(variable: str, value: str) -> None:
    environ = {
        "DATABASE_URL": "postgresql://",
        "REDIS_URL": "redis://",
        "STACK__CIRCLE__ENTITY_SECRET": "0f" * 32,
        "STACK__TOKENS__SECRET": "a secret that only this test has, long enough",
        "STACK__VAULT__KEYS__TEST": "a key that only this test has, long enough",
    }
    assert load(environ).tracing.exporter == "none"
    with pytest.raises(InvalidConfiguration, match="tracing"):
        load({**environ, f"STACK__TRACING__{variable}": value})
