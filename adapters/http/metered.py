"""Metrics of calls to providers."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

from adapters.http.message import STATUS_OK, Request, Response
from adapters.http.transport import STATUS_REFUSED, STATUS_THROTTLED, Transport
from adapters.metrics.providers import ProviderMetrics
from ports.errors import ProviderError, ProviderOutcomeUnknown, ProviderThrottled


class Metered(Transport):
    """
    Measures the duration and outcome of each call, by operation.

    It is the outermost layer, so a call includes all its tries, and a call stopped by the breaker counts
    too. Streams are measured by their events.
    """

    def __init__(self, inner: Transport, metrics: ProviderMetrics) -> None:
        self._inner = inner
        self._metrics = metrics

    async def send(self, request: Request) -> Response:
        began, outcome = time.perf_counter(), "abandoned"
        try:
            response = await self._inner.send(request)
            outcome = _of_status(response.status)
        except ProviderError as error:
            outcome = _of_error(error)
            raise
        else:
            return response
        finally:
            self._metrics.called(
                request.provider,
                operation=request.operation,
                outcome=outcome,
                seconds=time.perf_counter() - began,
            )

    def stream(self, request: Request) -> AsyncIterator[bytes]:
        return self._inner.stream(request)


def _of_status(status: int) -> str:
    match status:
        case _ if status in STATUS_OK:
            return "ok"
        case _ if status == STATUS_THROTTLED:
            return "throttled"
        case _ if status in STATUS_REFUSED:
            return "refused"
        case _:
            return "failed"


def _of_error(error: ProviderError) -> str:
    match error:
        case ProviderThrottled():
            return "throttled"
        case ProviderOutcomeUnknown():
            return "unknown"
        case _:
            return "unavailable"
