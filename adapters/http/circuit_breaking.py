"""Circuit breaker around a transport."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping

from adapters.http.message import Request, Response
from adapters.http.operation import OperationKind
from adapters.http.transport import STATUS_REFUSED, Transport
from adapters.resilience.breaker import Breaker, Ticket
from ports.clock import Clock
from ports.errors import ProviderError, ProviderUnavailable

Breakers = Mapping[OperationKind, Breaker]
"""A provider's breakers, one per kind of operation: payments may fail while look-ups work."""


class CircuitBreaking(Transport):
    """
    Raises ``ProviderUnavailable``, without sending, while the breaker of the request's kind is open.

    It counts calls, not tries. Streams pass: they are few, and they pause between connections themselves.
    """

    def __init__(self, inner: Transport, *, clock: Clock, breakers: Breakers) -> None:
        self._inner = inner
        self._clock = clock
        self._breakers = breakers

    async def send(self, request: Request) -> Response:
        breaker = self._breakers[request.kind]
        ticket = breaker.admit(now=self._clock.now())
        if ticket is None:
            raise ProviderUnavailable(
                "circuit open", provider=request.provider, operation=request.operation
            )
        try:
            response = await self._inner.send(request)
        except ProviderError as error:
            if error.counts_for_breaker:
                breaker.failed(ticket, now=self._clock.now())
            else:
                breaker.abandoned(ticket)
            raise
        except (Exception, asyncio.CancelledError):
            breaker.abandoned(ticket)
            raise
        self._report(breaker, ticket, response)
        return response

    def stream(self, request: Request) -> AsyncIterator[bytes]:
        return self._inner.stream(request)

    def _report(self, breaker: Breaker, ticket: Ticket, response: Response) -> None:
        if response.status in STATUS_REFUSED:
            breaker.refused(ticket)
        elif response.status < STATUS_REFUSED.start:
            breaker.succeeded(ticket, now=self._clock.now())
        else:
            breaker.failed(ticket, now=self._clock.now())
