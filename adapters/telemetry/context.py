"""
Trace context as stored in a row: W3C's ``traceparent``, followed by any W3C ``baggage``.

A row outlives the process that wrote it; the stored context becomes the parent of later spans.
"""

from __future__ import annotations

from opentelemetry import trace
from opentelemetry.baggage.propagation import W3CBaggagePropagator
from opentelemetry.context import Context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

TRACEPARENT = "traceparent"
BAGGAGE = "baggage"
LENGTH_MAX = 512
"""Baggage is dropped if the text would be longer than this."""

_TRACE_PROPAGATOR = TraceContextTextMapPropagator()
_BAGGAGE_PROPAGATOR = W3CBaggagePropagator()


def written(context: Context | None = None) -> str | None:
    """The context, by default the current one, as text; ``None`` outside a trace."""
    carrier: dict[str, str] = {}
    _TRACE_PROPAGATOR.inject(carrier, context)
    if TRACEPARENT not in carrier:
        return None
    _BAGGAGE_PROPAGATOR.inject(carrier, context)
    parent, baggage = carrier[TRACEPARENT], carrier.get(BAGGAGE)
    text = f"{parent} {baggage}" if baggage else parent
    return text if len(text) <= LENGTH_MAX else parent


def read(text: str | None) -> Context:
    """The stored context, independent of the current one; empty for ``None`` or invalid text."""
    parent, _, baggage = (text or "").partition(" ")
    context = _TRACE_PROPAGATOR.extract({TRACEPARENT: parent}, Context())
    return _BAGGAGE_PROPAGATOR.extract({BAGGAGE: baggage}, context) if baggage else context


def is_unsampled(context: Context | None = None) -> bool:
    """Whether the trace is known and not sampled: then no spans are made for it."""
    found = trace.get_current_span(context).get_span_context()
    return found.is_valid and not found.trace_flags.sampled
