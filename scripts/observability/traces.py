"""A local collector of spans: receives OTLP over HTTP and keeps the latest traces."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

TRACES_MAX = 500
SPANS_MAX = 1000
SHOWN_MAX = 200
_NS_PER_MS = 1_000_000
_ERROR = 2


@attrs.frozen(kw_only=True)
class Span:
    """``start`` is in milliseconds since 1970, ``took`` a duration in milliseconds."""

    trace_id: str
    id: str
    parent_id: str
    name: str
    role: str
    start: float
    took: float
    is_error: bool
    notes: Sequence[str]


@attrs.define
class Traces:
    """Keeps the latest ``TRACES_MAX`` traces, with the first ``SPANS_MAX`` spans of each."""

    _by_id: OrderedDict[str, list[Span]] = attrs.field(factory=OrderedDict, init=False)

    def take(self, body: bytes) -> None:
        """Store the spans of an export. Raises protobuf's ``DecodeError`` if it is invalid."""
        for span in _spans(ExportTraceServiceRequest.FromString(body)):
            kept = self._by_id.setdefault(span.trace_id, [])
            self._by_id.move_to_end(span.trace_id)
            if len(kept) < SPANS_MAX:
                kept.append(span)
        while len(self._by_id) > TRACES_MAX:
            self._by_id.popitem(last=False)

    def latest(self) -> Sequence[Mapping[str, Any]]:
        """A line for each of the latest traces, those with the most spans first."""
        lines = [_line(trace_id, spans) for trace_id, spans in self._by_id.items()]
        return sorted(lines, key=lambda line: -line["spans"])[:SHOWN_MAX]

    def trace(self, trace_id: str) -> Sequence[Mapping[str, Any]]:
        """The spans of a trace as a tree in depth-first order, each with its depth."""
        spans = sorted(self._by_id.get(trace_id, ()), key=lambda span: span.start)
        known = {span.id for span in spans}
        roots = [span for span in spans if span.parent_id not in known]
        return [
            {**attrs.asdict(span), "depth": depth}
            for root in roots
            for span, depth in _below(root, spans, 0)
        ]


def _below(span: Span, spans: Sequence[Span], depth: int) -> Iterator[tuple[Span, int]]:
    yield span, depth
    for child in spans:
        if child.parent_id == span.id:
            yield from _below(child, spans, depth + 1)


def _line(trace_id: str, spans: Sequence[Span]) -> Mapping[str, Any]:
    first = min(spans, key=lambda span: span.start)
    end = max(span.start + span.took for span in spans)
    return {
        "trace_id": trace_id,
        "name": first.name,
        "spans": len(spans),
        "took": end - first.start,
        "errors": sum(span.is_error for span in spans),
    }


def _spans(export: Any) -> Iterator[Span]:
    for resource in export.resource_spans:
        role = _values(resource.resource.attributes).get("stack.role", "")
        for scope in resource.scope_spans:
            for span in scope.spans:
                yield _span(span, role)


def _span(span: Any, role: str) -> Span:
    took_ns = span.end_time_unix_nano - span.start_time_unix_nano
    return Span(
        trace_id=span.trace_id.hex(),
        id=span.span_id.hex(),
        parent_id=span.parent_span_id.hex(),
        name=span.name,
        role=role,
        start=span.start_time_unix_nano / _NS_PER_MS,
        took=took_ns / _NS_PER_MS,
        is_error=span.status.code == _ERROR,
        notes=[
            " ".join([event.name, *map(str, _values(event.attributes).values())])
            for event in span.events
        ],
    )


def _values(attributes: Any) -> Mapping[str, Any]:
    return {each.key: getattr(each.value, each.value.WhichOneof("value")) for each in attributes}
