"""Opens spans."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import attrs
from opentelemetry import trace
from opentelemetry.context import Context, attach, detach
from opentelemetry.trace import Link, Span, SpanKind, Tracer
from opentelemetry.util.types import AttributeValue

from adapters.telemetry.context import is_unsampled
from adapters.telemetry.failures import record


@attrs.frozen(kw_only=True)
class SpanSpec:
    """The parameters of a span; its parent is in ``context``, by default the current one."""

    name: str
    kind: SpanKind = SpanKind.INTERNAL
    context: Context | None = None
    attributes: Mapping[str, AttributeValue] = attrs.field(factory=dict)
    links: Sequence[Link] = ()


@contextmanager
def opened(tracer: Tracer, spec: SpanSpec) -> Iterator[Span]:
    """
    Make the span current, record an exception, and end it.

    In an unsampled trace no span is made, which saves most of the cost. The trace context is still current,
    for log lines and stored jobs.
    """
    if is_unsampled(spec.context):
        with current(spec.context):
            yield trace.get_current_span()
        return
    span = tracer.start_span(
        spec.name,
        context=spec.context,
        kind=spec.kind,
        attributes=spec.attributes,
        links=spec.links,
    )
    try:
        with current(trace.set_span_in_context(span, spec.context)):
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
