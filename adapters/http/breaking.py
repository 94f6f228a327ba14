"""Not asking a provider that is down."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from adapters.http.message import Request, Response
from adapters.http.transport import STATUS_REFUSED, Transport
from adapters.resilience.breaker import Breaker, Ticket
from ports.clock import Clock
from ports.errors import ProviderError, ProviderUnavailable


class Breaking(Transport):
    """
    Refuses calls with ``ProviderUnavailable`` while the breaker is open: nothing was sent.

    It counts calls, not tries. Streams pass: they are few and wait between connections on their own.
    """

    def __init__(self, inner: Transport, *, clock: Clock, breaker: Breaker) -> None:
        self._inner = inner
        self._clock = clock
        self._breaker = breaker

    async def send(self, request: Request) -> Response:
        ticket = self._breaker.admit(now=self._clock.now())
        if ticket is None:
            raise ProviderUnavailable(
                "circuit open", provider=request.provider, operation=request.operation
            )
        try:
            response = await self._inner.send(request)
        except ProviderError as error:
            if error.counts_for_breaker:
                self._breaker.failed(ticket, now=self._clock.now())
            else:
                self._breaker.abandoned(ticket)
            raise
        except (Exception, asyncio.CancelledError):
            self._breaker.abandoned(ticket)
            raise
        self._report(ticket, response)
        return response

    def stream(self, request: Request) -> AsyncIterator[bytes]:
        return self._inner.stream(request)

    def _report(self, ticket: Ticket, response: Response) -> None:
        if response.status in STATUS_REFUSED:
            self._breaker.refused(ticket)
        elif response.status < STATUS_REFUSED.start:
            self._breaker.succeeded(ticket, now=self._clock.now())
        else:
            self._breaker.failed(ticket, now=self._clock.now())
