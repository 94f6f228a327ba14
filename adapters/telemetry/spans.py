"""One way to open a span, for everything that has one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import attrs
from opentelemetry import trace
from opentelemetry.context import Context, attach, detach
from opentelemetry.trace import Link, Span, SpanKind, Tracer
from opentelemetry.util.types import AttributeValue

from adapters.telemetry.context import is_left_out
from adapters.telemetry.failures import record


@attrs.frozen(kw_only=True)
class SpanSpec:
    """A span to be: below ``context``, or below the current span without one."""

    name: str
    kind: SpanKind = SpanKind.INTERNAL
    context: Context | None = None
    attributes: Mapping[str, AttributeValue] = attrs.field(factory=dict)
    links: Sequence[Link] = ()


@contextmanager
def opened(tracer: Tracer, opening: SpanSpec) -> Iterator[Span]:
    """
    Make the span current, record what is raised, and end it.

    In a trace that is not sampled no span is made, which saves most of the cost; the trace is current all
    the same, for whatever is logged and ordered.
    """
    if is_left_out(opening.context):
        with current(opening.context):
            yield trace.get_current_span()
        return
    span = tracer.start_span(
        opening.name,
        context=opening.context,
        kind=opening.kind,
        attributes=opening.attributes,
        links=opening.links,
    )
    try:
        with current(trace.set_span_in_context(span, opening.context)):
            yield span
    except BaseException as error:
        record(span, error)
        raise
    finally:
        span.end()


@contextmanager
def current(context: Context | None) -> Iterator[None]:
    """Make the context current, if there is one."""
    if context is None:
        yield
        return
    token = attach(context)
    try:
        yield
    finally:
        detach(token)
