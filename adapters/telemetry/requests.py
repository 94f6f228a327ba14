"""The server span of an API request."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import attrs
from opentelemetry import baggage, trace
from opentelemetry.baggage.propagation import W3CBaggagePropagator
from opentelemetry.context import Context
from opentelemetry.semconv.attributes import http_attributes as http
from opentelemetry.semconv.attributes.url_attributes import URL_PATH, URL_SCHEME
from opentelemetry.trace import (
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    StatusCode,
    TraceFlags,
    Tracer,
)
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from adapters.telemetry.failures import record
from adapters.telemetry.spans import SpanSpec, opened

OTHER_METHOD = "_OTHER"
STATUS_FAILED = 500
VALUE_LENGTH_MAX = 64

_KNOWN_METHODS = frozenset(
    {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE"}
)
_TRACE_PROPAGATOR = TraceContextTextMapPropagator()
_BAGGAGE_PROPAGATOR = W3CBaggagePropagator()


@attrs.frozen
class RequestSpan:
    """The span of a request in progress."""

    _span: Span

    @property
    def trace_id(self) -> str:
        """32 hex digits."""
        return trace.format_trace_id(self._span.get_span_context().trace_id)

    def answered(self, status: int) -> None:
        """Record the status of the response. Only a 5xx makes the span an error."""
        if not self._span.is_recording():
            return
        self._span.set_attribute(http.HTTP_RESPONSE_STATUS_CODE, status)
        if status >= STATUS_FAILED:
            self._span.set_status(StatusCode.ERROR)

    def failed(self, error: Exception) -> None:
        """Record an exception, before it becomes a response."""
        record(self._span, error)


@attrs.frozen
class RequestSpans:
    """
    Begins the span of each request, in the caller's trace.

    We continue an untrusted caller's trace but ignore its sampled flag and make our own random sampling
    decision. Only our own proxies decide about sampling, and only their baggage is accepted: the keys in
    ``baggage_keys``, and no others.
    """

    _tracer: Tracer
    _sample_ratio: float
    _chance: Callable[[], float]
    _baggage_keys: tuple[str, ...] = ()

    @contextmanager
    def request(
        self,
        method: str,
        *,
        route: str | None,
        path: str,
        headers: Mapping[str, str],
        trusted: bool,
    ) -> Iterator[RequestSpan]:
        """``route`` is the route's template. For an unknown route, the path is not recorded."""
        spec = SpanSpec(
            name=f"{_method(method)} {route}" if route else _method(method),
            kind=SpanKind.SERVER,
            context=self._parent(headers, trusted=trusted),
            attributes={
                http.HTTP_REQUEST_METHOD: _method(method),
                URL_SCHEME: "http",
                **({http.HTTP_ROUTE: route, URL_PATH: path} if route else {}),
            },
        )
        with opened(self._tracer, spec) as span:
            yield RequestSpan(span)

    def _parent(self, headers: Mapping[str, str], *, trusted: bool) -> Context:
        # The propagators look headers up by exact name; aiohttp's mapping accepts any letter case.
        context = _TRACE_PROPAGATOR.extract(_named(headers, "traceparent", "tracestate"), Context())
        if trusted:
            return self._with_baggage(context, headers)
        parent = trace.get_current_span(context).get_span_context()
        if not parent.is_valid:
            return context
        return trace.set_span_in_context(NonRecordingSpan(self._resampled(parent)), Context())

    def _resampled(self, parent: SpanContext) -> SpanContext:
        is_sampled = self._chance() < self._sample_ratio
        flags = TraceFlags(TraceFlags.SAMPLED if is_sampled else TraceFlags.DEFAULT)
        return SpanContext(parent.trace_id, parent.span_id, is_remote=True, trace_flags=flags)

    def _with_baggage(self, context: Context, headers: Mapping[str, str]) -> Context:
        received = baggage.get_all(
            _BAGGAGE_PROPAGATOR.extract(_named(headers, "baggage"), Context())
        )
        for key in self._baggage_keys:
            if key in received:
                value = str(received[key])[:VALUE_LENGTH_MAX]
                context = baggage.set_baggage(key, value, context)
        return context


def _method(method: str) -> str:
    return method if method in _KNOWN_METHODS else OTHER_METHOD


def _named(headers: Mapping[str, str], *names: str) -> dict[str, str]:
    return {name: headers[name] for name in names if name in headers}
