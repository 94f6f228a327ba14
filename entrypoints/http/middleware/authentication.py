"""Finds the caller and checks their access. A route needs a caller unless the table says otherwise."""

from __future__ import annotations

import re

import attrs
import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from domain.accounts.api_key import is_key
from domain.accounts.roles import Caller
from entrypoints.http.app_keys import CALLER, CLOCK, NEEDS, SESSION, application
from ports.identity import InvalidToken

_BEARER = re.compile(r"Bearer ([\x21-\x7e]{1,4096})", re.IGNORECASE)


@web.middleware
async def authentication(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Set the caller of the request. Raises ``InvalidToken``, or why the caller may not use the route."""
    match_info = request.match_info
    if match_info.http_exception is None and match_info.route in request.app[NEEDS]:
        caller = await _caller(request)
        request[CALLER], request[SESSION] = caller.investor_id, caller
        request.app[NEEDS][match_info.route].check(caller, at=request.app[CLOCK].now())
    return await handler(request)


async def _caller(request: web.Request) -> Caller:
    """The person or the API key, which the audit trail names as the actor from now on."""
    app, token = application(request), _token(request)
    if not is_key(token):
        caller = await app.sessions.caller(token)
        structlog.contextvars.bind_contextvars(investor_id=caller.investor_id)
        return caller
    caller = await app.api_keys.caller(token)
    structlog.contextvars.bind_contextvars(investor_id=caller.investor_id, key_id=caller.key_id)
    app.current_request.begin(attrs.evolve(app.current_request.current(), key_id=caller.key_id))
    return caller


def _token(request: web.Request) -> str:
    match [_BEARER.fullmatch(value) for value in request.headers.getall("Authorization", [])]:
        case [re.Match() as bearer]:
            return str(bearer[1])
        case _:
            raise InvalidToken
