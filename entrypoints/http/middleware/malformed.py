"""The refusals of a connection before there is a request, as problems like all others."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web
from aiohttp.http_exceptions import LineTooLong
from aiohttp.typedefs import Handler

from domain.errors import Kind, Severity
from entrypoints.http.app_keys import REFUSAL
from entrypoints.http.problems import HttpRefusal

TOO_MANY = "Too many headers received"
"""aiohttp's message, because it has no class for this error."""


class UnreadableRequest(HttpRefusal):
    """The request is not valid HTTP."""

    code = "ERR_1006"
    slug = "unreadable-request"


class HeadersTooLarge(HttpRefusal):
    """The request line is too long, or the headers are too long or too many."""

    code = "ERR_1007"
    slug = "headers-too-large"
    status = 431


class HeadersTooSlow(HttpRefusal):
    """The headers did not arrive in time."""

    code = "ERR_1008"
    slug = "headers-too-slow"
    status = 408
    retryable = True

    @property
    def headers(self) -> Mapping[str, str]:
        return {"Connection": "close"}


class TooManyConnections(HttpRefusal):
    """Too many clients are connected. Try again later."""

    code = "ERR_1009"
    slug = "too-many-connections"
    kind = Kind.INTERNAL
    status = 503
    severity = Severity.WARNING
    retryable = True


class UnmetExpectation(HttpRefusal):
    """The only supported expectation is 100-continue."""

    code = "ERR_1010"
    slug = "unmet-expectation"
    status = 417


@web.middleware
async def readable(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Raises the refusal that the connection has for the request, if any."""
    if (refusal := request.get(REFUSAL)) is not None:
        raise refusal
    return await handler(request)


def unreadable(error: BaseException) -> HttpRefusal:
    """The refusal of an unreadable request, without the parser's message, which quotes the request."""
    match error:
        case HttpRefusal():
            return error
        case LineTooLong():
            return HeadersTooLarge()
        case Exception(args=(text,)) if text == TOO_MANY:
            return HeadersTooLarge()
        case _:
            return UnreadableRequest()
