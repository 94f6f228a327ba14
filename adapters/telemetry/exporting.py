"""The way out: OTLP over gRPC or HTTP, which must end in time when the process does."""

from __future__ import annotations

import time
import urllib.parse
from collections.abc import Sequence

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

NOWHERE = "none"
GRPC = "otlp-grpc"
HTTP = "otlp-http"

_TRACES_PATH = "/v1/traces"


def exporter_to(kind: str, *, endpoint: str, timeout_s: float) -> SpanExporter | None:
    """The exporter of this kind. Its library is loaded only if it is used: gRPC's is a large one."""
    match kind:
        case "otlp-grpc":
            from opentelemetry.exporter.otlp.proto.grpc import (  # noqa: PLC0415 - see above
                trace_exporter as grpc,
            )

            return grpc.OTLPSpanExporter(endpoint=endpoint, timeout=timeout_s)
        case "otlp-http":
            from opentelemetry.exporter.otlp.proto.http import (  # noqa: PLC0415 - see above
                trace_exporter as http,
            )

            return http.OTLPSpanExporter(endpoint=_traces_url(endpoint), timeout=timeout_s)
        case _:
            return None


class FlushLimitedExporter(SpanExporter):
    """An exporter that knows when the process is about to end, and then gives up early."""

    def __init__(self, inner: SpanExporter, *, last_call_s: float) -> None:
        self._inner = inner
        self._last_call_s = last_call_s
        self._until: float | None = None

    def begin_last_call(self) -> None:
        """From now on one failure, or the end of the time, is the end."""
        self._until = time.monotonic() + self._last_call_s

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        if self._until is not None and time.monotonic() >= self._until:
            return SpanExportResult.FAILURE
        result = self._inner.export(spans)
        if self._until is not None and result is not SpanExportResult.SUCCESS:
            self._until = time.monotonic()
        return result

    def shutdown(self) -> None:
        self._inner.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._inner.force_flush(timeout_millis)


def _traces_url(endpoint: str) -> str:
    """A collector's address with the path of traces, unless it has a path of its own."""
    parts = urllib.parse.urlsplit(endpoint)
    return endpoint if parts.path.strip("/") else parts._replace(path=_TRACES_PATH).geturl()
