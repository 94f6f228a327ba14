"""One span for each call to a provider, with an event for each try."""

from __future__ import annotations

import urllib.parse
from collections.abc import AsyncIterator, Collection
from contextvars import ContextVar

import attrs
from opentelemetry import trace
from opentelemetry.semconv.attributes import http_attributes as http
from opentelemetry.semconv.attributes.error_attributes import ERROR_TYPE
from opentelemetry.semconv.attributes.server_attributes import SERVER_ADDRESS
from opentelemetry.trace import SpanKind, StatusCode, Tracer

from adapters.http.message import Request, Response
from adapters.http.transport import STATUS_REFUSED, Transport
from adapters.telemetry.context import TRACEPARENT, written
from adapters.telemetry.spans import SpanSpec, opened
from domain.errors import name_of
from ports.errors import ProviderError

ATTEMPT = "attempt"
NUMBER = "stack.attempt"
PROVIDER = "stack.provider"
OPERATION = "stack.operation"

_TRIES: ContextVar[list[str]] = ContextVar("tries")
"""The outcomes of the current call's tries."""


class Traced(Transport):
    """
    One span per call, whatever happens inside: tries, waits, an open breaker.

    Trace context is sent only to the providers in ``propagate_to``. A span has the host and the operation,
    but no path or query, because these identify accounts and people. Streams have no span: they do not end.
    """

    def __init__(self, inner: Transport, *, tracer: Tracer, propagate_to: Collection[str]) -> None:
        self._inner = inner
        self._tracer = tracer
        self._propagate_to = frozenset(propagate_to)

    async def send(self, request: Request) -> Response:
        with opened(self._tracer, _spec(request)) as span:
            if request.provider in self._propagate_to:
                request = _with_trace_context(request)
            if not span.is_recording():
                return await self._inner.send(request)
            tries: list[str] = []
            token = _TRIES.set(tries)
            try:
                response = await self._inner.send(request)
            finally:
                _TRIES.reset(token)
                if len(tries) > 1:
                    span.set_attribute(http.HTTP_REQUEST_RESEND_COUNT, len(tries) - 1)
            span.set_attribute(http.HTTP_RESPONSE_STATUS_CODE, response.status)
            if response.status >= STATUS_REFUSED.start:
                span.set_attribute(ERROR_TYPE, str(response.status))
                span.set_status(StatusCode.ERROR)
            return response

    def stream(self, request: Request) -> AsyncIterator[bytes]:
        return self._inner.stream(request)


class AttemptEvents(Transport):
    """Adds an event for each try to the span of the call."""

    def __init__(self, inner: Transport) -> None:
        self._inner = inner

    async def send(self, request: Request) -> Response:
        tries = _TRIES.get(None)
        if tries is None:
            return await self._inner.send(request)
        try:
            response = await self._inner.send(request)
        except ProviderError as error:
            _add_event(tries, ERROR_TYPE, name_of(type(error)))
            raise
        _add_event(tries, http.HTTP_RESPONSE_STATUS_CODE, response.status)
        return response

    def stream(self, request: Request) -> AsyncIterator[bytes]:
        return self._inner.stream(request)


def _add_event(tries: list[str], key: str, outcome: str | int) -> None:
    tries.append(str(outcome))
    trace.get_current_span().add_event(ATTEMPT, {NUMBER: len(tries), key: outcome})


def _spec(request: Request) -> SpanSpec:
    return SpanSpec(
        name=f"{request.provider} {request.operation}",
        kind=SpanKind.CLIENT,
        attributes={
            http.HTTP_REQUEST_METHOD: request.method,
            SERVER_ADDRESS: urllib.parse.urlsplit(request.url).hostname or "",
            PROVIDER: request.provider,
            OPERATION: request.operation,
        },
    )


def _with_trace_context(request: Request) -> Request:
    parent = written()
    if parent is None:
        return request
    headers = {**request.headers, TRACEPARENT: parent.partition(" ")[0]}
    return attrs.evolve(request, headers=headers)
