"""Who is calling, and whether they may. Every route needs a caller unless the table says otherwise."""

from __future__ import annotations

import re

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from entrypoints.http.keys import CALLER, CLOCK, NEEDS, SESSION, application
from ports.identity import InvalidToken

_BEARER = re.compile(r"Bearer ([\x21-\x7e]{1,4096})", re.IGNORECASE)


@web.middleware
async def authentication(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Set the caller, who may do what the route is for. Raises ``InvalidToken`` or why they may not."""
    match_info = request.match_info
    if match_info.http_exception is None and match_info.route in request.app[NEEDS]:
        caller = await application(request).sessions.caller(_token(request))
        request[CALLER], request[SESSION] = caller.investor_id, caller
        structlog.contextvars.bind_contextvars(investor_id=caller.investor_id)
        request.app[NEEDS][match_info.route].check(caller, at=request.app[CLOCK].now())
    return await handler(request)


def _token(request: web.Request) -> str:
    match [_BEARER.fullmatch(value) for value in request.headers.getall("Authorization", [])]:
        case [re.Match() as bearer]:
            return str(bearer[1])
        case _:
            raise InvalidToken
