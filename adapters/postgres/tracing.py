"""
Spans of queries, created when a query has ended.

A query shared by several callers is in the trace of the first sampled one, with links to the others.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import cast

from opentelemetry import trace
from opentelemetry.context import Context, attach, create_key, detach, get_value, set_value
from opentelemetry.semconv.attributes import db_attributes as db
from opentelemetry.semconv.attributes.error_attributes import ERROR_TYPE
from opentelemetry.trace import (
    Link,
    NonRecordingSpan,
    SpanContext,
    SpanKind,
    StatusCode,
    Tracer,
)

from adapters.postgres.observer import Outcome, QueryObserver
from adapters.postgres.queries import QUERIES
from adapters.telemetry.context import is_unsampled

_OTHERS = create_key("stack.others")
_VERB = re.compile(r"^\s*([A-Z]+)", re.MULTILINE)
_OPERATIONS = {
    name: found[1] for name, text in QUERIES.items() if (found := _VERB.search(text)) is not None
}
"""The first keyword of each statement; comment lines do not match."""


class QuerySpans(QueryObserver):
    """One span per query, with its name, without the statement and its values."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer

    def on_query(self, name: str, *, duration_s: float, outcome: Outcome) -> None:
        if is_unsampled():
            return
        ended_ns = time.time_ns()
        span = self._tracer.start_span(
            name,
            kind=SpanKind.CLIENT,
            start_time=ended_ns - int(duration_s * 1e9),
            links=_links(),
            attributes={
                db.DB_SYSTEM_NAME: db.DbSystemNameValues.POSTGRESQL.value,
                db.DB_OPERATION_NAME: _OPERATIONS.get(name, name),
                db.DB_QUERY_SUMMARY: name,
            },
        )
        if outcome is not Outcome.OK and span.is_recording():
            span.set_attribute(ERROR_TYPE, outcome.value)
            if outcome is not Outcome.ABANDONED:
                span.set_status(StatusCode.ERROR)
        span.end(ended_ns)


class Fanout(QueryObserver):
    """Calls several observers."""

    def __init__(self, observers: Sequence[QueryObserver]) -> None:
        self._observers = tuple(observers)

    def on_query(self, name: str, *, duration_s: float, outcome: Outcome) -> None:
        for observer in self._observers:
            observer.on_query(name, duration_s=duration_s, outcome=outcome)


def caller() -> SpanContext:
    """The span of the caller, to be kept until its query runs."""
    return trace.get_current_span().get_span_context()


@contextmanager
def on_behalf_of(callers: Sequence[SpanContext]) -> Iterator[None]:
    """The block runs on behalf of all callers, not of the one that started the task."""
    sampled = [each for each in callers if each.trace_flags.sampled]
    first, *others = sampled or [*callers]
    context = trace.set_span_in_context(NonRecordingSpan(first), Context())
    token = attach(set_value(_OTHERS, tuple(others), context) if others else context)
    try:
        yield
    finally:
        detach(token)


def _links() -> Sequence[Link]:
    others = cast(tuple[SpanContext, ...], get_value(_OTHERS) or ())
    return [Link(other) for other in others]
