"""
Trace context as text, the way it is kept in a row: W3C's ``traceparent``, then any W3C ``baggage``.

A row outlives the process that wrote it, so what is read back becomes the parent of what is done next.
"""

from __future__ import annotations

from opentelemetry import trace
from opentelemetry.baggage.propagation import W3CBaggagePropagator
from opentelemetry.context import Context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

TRACEPARENT = "traceparent"
BAGGAGE = "baggage"
LENGTH_MAX = 512
"""Baggage that would make a row's context longer than this is not kept."""

_TRACE = TraceContextTextMapPropagator()
_LUGGAGE = W3CBaggagePropagator()


def written(context: Context | None = None) -> str | None:
    """The context, or the current one, as text; ``None`` outside of any trace."""
    carrier: dict[str, str] = {}
    _TRACE.inject(carrier, context)
    if TRACEPARENT not in carrier:
        return None
    _LUGGAGE.inject(carrier, context)
    parent, baggage = carrier[TRACEPARENT], carrier.get(BAGGAGE)
    text = f"{parent} {baggage}" if baggage else parent
    return text if len(text) <= LENGTH_MAX else parent


def read(text: str | None) -> Context:
    """The context that was written, and nothing of the current one; empty for ``None`` or nonsense."""
    parent, _, baggage = (text or "").partition(" ")
    context = _TRACE.extract({TRACEPARENT: parent}, Context())
    return _LUGGAGE.extract({BAGGAGE: baggage}, context) if baggage else context


def is_left_out(context: Context | None = None) -> bool:
    """Whether the trace is one that is not sampled: then no part of it is worth a span."""
    found = trace.get_current_span(context).get_span_context()
    return found.is_valid and not found.trace_flags.sampled
