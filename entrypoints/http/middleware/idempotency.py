"""
Once under one key, however often it is asked.

The first request under an ``Idempotency-Key`` decides the outcome; its answer is committed with its effect.
Repetitions get that answer again, byte for byte. A request that lost a race to another with the same key
finds the winner's receipt. When the store cannot be asked, nothing is done.
"""

from __future__ import annotations

import re

from aiohttp import web
from aiohttp.typedefs import Handler

from domain.errors import DomainError, Kind
from entrypoints.http.bodies import read_object
from entrypoints.http.drafts import Draft, differing_fields, draft_of, replay
from entrypoints.http.keys import CALLER, CLOCK, DRAFT, KEYED_ROUTES, REQUEST_ID, application
from entrypoints.http.problems import FieldError, HttpRefusal, InvalidInput, problem
from ports.receipts import KeyUsed

HEADER = "Idempotency-Key"
RACES_MAX = 3

_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_DEFINITE = {Kind.BUSINESS_RULE, Kind.NOT_FOUND, Kind.CONFLICT}


class KeyRequired(HttpRefusal):
    """The request needs an Idempotency-Key header: 1 to 255 visible ASCII characters."""

    code = "ERR_4006"


class KeyReused(InvalidInput):
    """The idempotency key was used before, for a different request."""

    code = "ERR_4007"


@web.middleware
async def idempotency(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Raises ``KeyRequired``, ``KeyReused``, ``KeyUsed`` or ``StoreUnavailable``."""
    route = request.match_info.route
    is_required = request.app[KEYED_ROUTES].get(route)
    key = request.headers.get(HEADER)
    if is_required is None or (key is None and not is_required):
        return await handler(request)
    if key is None or not _KEY.fullmatch(key):
        raise KeyRequired
    body = await read_object(request) if request.can_read_body else {}
    scope = f"{request[CALLER]} {request.method} {request.path}"
    draft = draft_of(scope=scope, key=key, body=body, now=request.app[CLOCK].now())
    for _ in range(RACES_MAX):
        if (known := await _known(request, draft)) is not None:
            return known
        try:
            return await _first(request, handler, draft)
        except KeyUsed:
            continue
    raise KeyUsed


async def _known(request: web.Request, draft: Draft) -> web.Response | None:
    """The answer given before, if there is one."""
    receipts = application(request).receipts
    receipt = await receipts.find(scope=draft.scope, key=draft.key, at=request.app[CLOCK].now())
    if receipt is None:
        return None
    if fields := differing_fields(draft, receipt):
        raise KeyReused([FieldError(field, "differs from the first request") for field in fields])
    return replay(receipt)


async def _first(request: web.Request, handler: Handler, draft: Draft) -> web.StreamResponse:
    """Carry the request out; what was not committed with an effect is committed now."""
    request[DRAFT] = draft
    try:
        answer = await handler(request)
    except DomainError as error:
        if error.kind not in _DEFINITE or error.retryable:
            raise
        draft.is_sealed = False
        answer = problem(error, instance=request.path, request_id=request[REQUEST_ID])
    if isinstance(answer, web.Response) and not draft.is_sealed:
        await application(request).processes.keep(draft.seal(answer))
    return answer
