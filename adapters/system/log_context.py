"""What lines are about: bound while the work is done, and on everything that is logged of it afterwards."""

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
    """An observer of use cases, inside of their spans: lines that come after the span have its ids too."""
    span = trace.get_current_span().get_span_context()
    if span.is_valid:
        structlog.contextvars.bind_contextvars(
            trace_id=trace.format_trace_id(span.trace_id),
            span_id=trace.format_span_id(span.span_id),
        )
    return _NOTHING


def remember_process(unit: UnitOfWork) -> None:
    """Told of what a request or a job has committed: from now on its lines name the process."""
    bound = structlog.contextvars.get_contextvars()
    if unit.steps and PROCESS not in bound and not _OWNED.isdisjoint(bound):
        structlog.contextvars.bind_contextvars(process=unit.steps[0].record.id)
