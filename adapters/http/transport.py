"""
Sends one request.

The only module that uses aiohttp's client. Failures are classified by one question: can the provider
have acted? Not if the connection was never established; possibly if any bytes were sent.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import aiohttp

from adapters.http.message import STATUS_OK, Request, Response
from adapters.http.operation import OperationKind
from adapters.resilience.policy import RATE_LIMIT, CallPolicy
from ports.errors import (
    ProviderError,
    ProviderOutcomeUnknown,
    ProviderRejected,
    ProviderThrottled,
    ProviderUnavailable,
)

LINE_BYTES_MAX = 1024 * 1024
BODY_BYTES_MAX = 64 * 1024 * 1024
CHUNK_BYTES = 64 * 1024
STATUS_TIMED_OUT = 408
STATUS_THROTTLED = 429
STATUS_REFUSED = range(400, 500)

NEVER_CONNECTED = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ServerFingerprintMismatch,
    aiohttp.InvalidURL,
    aiohttp.NonHttpUrlClientError,
)


class Transport(Protocol):
    """Raises ``ProviderUnavailable`` (not sent) or ``ProviderOutcomeUnknown`` (sent, no response)."""

    @abstractmethod
    async def send(self, request: Request) -> Response: ...

    @abstractmethod
    def stream(self, request: Request) -> AsyncIterator[bytes]:
        """The response's lines, for event streams; raises ``ProviderError`` for a status not 2xx."""


class AiohttpTransport(Transport):
    """One try over the network. Redirects are not followed: no provider has a reason to send one."""

    def __init__(self, session: aiohttp.ClientSession, *, policy: CallPolicy) -> None:
        connect_s = policy.attempt_timeout_s / 2
        self._session = session
        self._once = aiohttp.ClientTimeout(total=policy.attempt_timeout_s, sock_connect=connect_s)
        self._flow = aiohttp.ClientTimeout(
            total=None, sock_connect=connect_s, sock_read=policy.stream_idle_s
        )

    async def send(self, request: Request) -> Response:
        with _classified(request):
            async with self._call(request, self._once) as response:
                body = await _read(response, request)
                return Response(status=response.status, headers=response.headers, body=body)

    async def stream(self, request: Request) -> AsyncIterator[bytes]:
        with _classified(request):
            async with self._call(request, self._flow) as response:
                if response.status not in STATUS_OK:
                    body = await _read(response, request)
                    answer = Response(status=response.status, headers=response.headers, body=body)
                    raise refusal(request, answer)
                async for line in _lines(response, request):
                    yield line

    def _call(self, request: Request, timeout: aiohttp.ClientTimeout) -> Any:
        return self._session.request(
            request.method,
            request.url,
            headers=request.headers,
            params=request.params,
            data=request.payload(),
            timeout=timeout,
            allow_redirects=False,
        )


def unanswered(request: Request, detail: str) -> ProviderError:
    """The error for a request without a response: harmless only if the request is safe to repeat."""
    kind = ProviderUnavailable if request.is_safe else ProviderOutcomeUnknown
    return kind(detail, provider=request.provider, operation=request.operation)


def refusal(request: Request, response: Response, *, reason: str = "") -> ProviderError:
    """The error for a response that is not a success, by the rules common to all providers."""
    where = {"provider": request.provider, "operation": request.operation}
    said = f"HTTP {response.status} {reason}".strip()
    match response.status:
        case status if status == STATUS_THROTTLED:
            asked_s = response.retry_after_s
            pause_s = RATE_LIMIT.first_s if asked_s is None else asked_s
            return ProviderThrottled(said, retry_after_s=pause_s, **where)
        case status if status in STATUS_REFUSED and status != STATUS_TIMED_OUT:
            is_read = request.kind is OperationKind.READ
            return ProviderRejected(said, of_read=is_read, **where)
        case _:
            return unanswered(request, said)


@contextmanager
def _classified(request: Request) -> Iterator[None]:
    where = {"provider": request.provider, "operation": request.operation}
    try:
        yield
    except NEVER_CONNECTED as failure:
        raise ProviderUnavailable(type(failure).__name__, **where) from failure
    except (aiohttp.ClientError, TimeoutError, OSError) as failure:
        raise unanswered(request, type(failure).__name__) from failure


async def _read(response: aiohttp.ClientResponse, request: Request) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(CHUNK_BYTES):
        body += chunk
        if len(body) > BODY_BYTES_MAX:
            raise unanswered(request, f"the response is longer than {BODY_BYTES_MAX} bytes")
    return bytes(body)


async def _lines(response: aiohttp.ClientResponse, request: Request) -> AsyncIterator[bytes]:
    """Complete lines without their line ends; an incomplete last line is discarded."""
    pending = bytearray()
    async for chunk in response.content.iter_any():
        *complete, rest = (bytes(pending) + chunk).split(b"\n")
        pending = bytearray(rest)
        if len(pending) > LINE_BYTES_MAX:
            raise unanswered(request, f"a line is longer than {LINE_BYTES_MAX} bytes")
        for line in complete:
            yield line.removesuffix(b"\r")
