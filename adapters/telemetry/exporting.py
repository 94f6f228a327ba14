"""Exports spans with OTLP over gRPC or HTTP, with a time limit when the process ends."""

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
    """The exporter of this kind. Its library is imported only if used, because gRPC's is large."""
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
    """An exporter whose final flush, when the process ends, is limited in time."""

    def __init__(self, inner: SpanExporter, *, flush_s: float) -> None:
        self._inner = inner
        self._flush_s = flush_s
        self._until: float | None = None

    def begin_flush(self) -> None:
        """From now on, stop exporting after the first failure or after ``flush_s`` seconds."""
        self._until = time.monotonic() + self._flush_s

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
    """The collector's address, with the standard path for traces if it has no path."""
    parts = urllib.parse.urlsplit(endpoint)
    return endpoint if parts.path.strip("/") else parts._replace(path=_TRACES_PATH).geturl()
