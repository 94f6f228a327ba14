"""Tracing whose spans a test can inspect."""

from __future__ import annotations

from collections.abc import Sequence

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanContext

from adapters.telemetry.tracing import Tracing, TracingSettings


class Witness:
    """Give ``tracing`` to the application; every span is here as soon as it has ended."""

    def __init__(self, settings: TracingSettings | None = None, *, chance: float = 0.5) -> None:
        self._exporter = InMemorySpanExporter()
        self.tracing = Tracing.of(
            settings or TracingSettings(),
            role="test",
            chance=lambda: chance,
            exporter=self._exporter,
        )

    @property
    def spans(self) -> Sequence[ReadableSpan]:
        return self._exporter.get_finished_spans()

    @property
    def names(self) -> list[str]:
        return [span.name for span in self.spans]

    def span(self, name: str) -> ReadableSpan:
        """The only span with this name."""
        (found,) = [span for span in self.spans if span.name == name]
        return found

    def forget(self) -> None:
        self._exporter.clear()


def attributes(span: ReadableSpan) -> dict[str, object]:
    return dict(span.attributes or {})


def parent_of(span: ReadableSpan) -> int | None:
    return span.parent.span_id if span.parent else None


def id_of(span: ReadableSpan) -> int:
    return _context(span).span_id


def trace_of(span: ReadableSpan) -> int:
    return _context(span).trace_id


def _context(span: ReadableSpan) -> SpanContext:
    context = span.get_span_context()
    assert context is not None
    return context
