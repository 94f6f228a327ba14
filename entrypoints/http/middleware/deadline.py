"""Limits the duration of every request."""

from __future__ import annotations

import asyncio

from aiohttp import web
from aiohttp.typedefs import Handler

from domain.errors import DomainError, Kind, Severity
from entrypoints.http.app_keys import SETTINGS


class DeadlineExceeded(DomainError):
    """The request timed out. Repeat it with the same Idempotency-Key to learn the outcome."""

    code = "ERR_1005"
    slug = "deadline-exceeded"
    kind = Kind.TIMEOUT
    severity = Severity.WARNING
    retryable = True


@web.middleware
async def deadline(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Raises ``DeadlineExceeded``. A commit that has already been sent may still succeed."""
    limit = asyncio.timeout(request.app[SETTINGS].request_timeout_s)
    try:
        async with limit:
            return await handler(request)
    except TimeoutError:
        if limit.expired():
            raise DeadlineExceeded from None
        raise
