"""A collector of spans that receives OTLP over HTTP, on 127.0.0.1 in its own thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import attrs
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

TRACES_PATH = "/v1/traces"


@attrs.frozen(kw_only=True)
class CollectedEvent:
    name: str
    attributes: dict[str, Any]


@attrs.frozen(kw_only=True)
class CollectedSpan:
    """``parent_id`` is empty for the first of a trace; ``links`` are pairs of a trace and a span."""

    trace_id: str
    span_id: str
    parent_id: str
    name: str
    kind: int
    started_ns: int
    role: str
    attributes: dict[str, Any]
    events: Sequence[CollectedEvent]
    links: Sequence[tuple[str, str]]


@attrs.define
class Collector:
    """``url`` is the endpoint for an exporter."""

    url: str
    spans: list[CollectedSpan] = attrs.field(factory=list)

    def trace(self, trace_id: str) -> Sequence[CollectedSpan]:
        """The spans of a trace in the order of their starts."""
        found = [span for span in self.spans if span.trace_id == trace_id]
        return sorted(found, key=lambda span: span.started_ns)

    def take(self, body: bytes) -> None:
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            role = _values(resource.resource.attributes)["stack.role"]
            for scope in resource.scope_spans:
                self.spans.extend(_read(span, role) for span in scope.spans)


@contextmanager
def collecting() -> Iterator[Collector]:
    """A collector that receives spans during the block."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    collector = Collector(f"http://127.0.0.1:{server.server_port}")
    server.collector = collector  # type: ignore[attr-defined] # the handler has only the server
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield collector
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == TRACES_PATH:
            self.server.collector.take(body)  # type: ignore[attr-defined] # see collecting()
        answer = ExportTraceServiceResponse().SerializeToString()
        self.send_response(200 if self.path == TRACES_PATH else 404)
        self.send_header("Content-Type", "application/x-protobuf")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - its name there
        """Say nothing."""


def _read(span: Any, role: str) -> CollectedSpan:
    return CollectedSpan(
        trace_id=span.trace_id.hex(),
        span_id=span.span_id.hex(),
        parent_id=span.parent_span_id.hex(),
        name=span.name,
        kind=span.kind,
        started_ns=span.start_time_unix_nano,
        role=role,
        attributes=_values(span.attributes),
        events=[
            CollectedEvent(name=event.name, attributes=_values(event.attributes))
            for event in span.events
        ],
        links=[(link.trace_id.hex(), link.span_id.hex()) for link in span.links],
    )


def _values(attributes: Any) -> dict[str, Any]:
    return {each.key: getattr(each.value, each.value.WhichOneof("value")) for each in attributes}
