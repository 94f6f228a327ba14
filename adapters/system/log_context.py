"""Adds the trace and the process to the log context of a request or job."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

import structlog
from opentelemetry import trace

from adapters.telemetry.observed import Call
from ports.processes import UnitOfWork

PROCESS = "process"
_OWNED = frozenset({"request_id", "job"})
_NOTHING = nullcontext()


def remember_trace(_: Call) -> AbstractContextManager[object]:
    """An observer of use cases, inside their spans: log lines after the span also carry its ids."""
    span = trace.get_current_span().get_span_context()
    if span.is_valid:
        structlog.contextvars.bind_contextvars(
            trace_id=trace.format_trace_id(span.trace_id),
            span_id=trace.format_span_id(span.span_id),
        )
    return _NOTHING


def remember_process(unit: UnitOfWork) -> None:
    """Called with each committed unit: from then on, log lines of the request or job name the process."""
    bound = structlog.contextvars.get_contextvars()
    if unit.steps and PROCESS not in bound and not _OWNED.isdisjoint(bound):
        structlog.contextvars.bind_contextvars(process=unit.steps[0].record.id)
