"""Who is calling. Every route needs a caller unless the table says otherwise."""

from __future__ import annotations

import re

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from entrypoints.http.keys import CALLER, OPEN_ROUTES, SESSION, application
from ports.investors import InvalidToken

_BEARER = re.compile(r"Bearer ([\x21-\x7e]{1,4096})", re.IGNORECASE)


@web.middleware
async def authentication(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Set the caller. Raises ``InvalidToken``."""
    match_info = request.match_info
    if match_info.http_exception is None and match_info.route not in request.app[OPEN_ROUTES]:
        caller = await application(request).sessions.caller(_token(request))
        request[CALLER], request[SESSION] = caller.investor_id, caller
        structlog.contextvars.bind_contextvars(investor_id=caller.investor_id)
    return await handler(request)


def _token(request: web.Request) -> str:
    match [_BEARER.fullmatch(value) for value in request.headers.getall("Authorization", [])]:
        case [re.Match() as bearer]:
            return str(bearer[1])
        case _:
            raise InvalidToken
