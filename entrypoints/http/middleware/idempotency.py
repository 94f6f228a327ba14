"""
Carries a request out once for each ``Idempotency-Key``.

The first request under a key decides the outcome; its response is committed with its effect. Repetitions
get that response again, byte for byte. A request that loses a race to another with the same key gets the
winner's response. When the store is unavailable, nothing is done.
"""

from __future__ import annotations

import re

from aiohttp import web
from aiohttp.typedefs import Handler

from domain.errors import DomainError, Kind
from entrypoints.http.app_keys import CALLER, CLOCK, KEYED_ROUTES, PENDING_KEY, application
from entrypoints.http.bodies import read_object
from entrypoints.http.idempotency import PendingKey, differing_fields, pending_key, replay
from entrypoints.http.middleware.problems import told
from entrypoints.http.problems import FieldError, HttpRefusal, InvalidInput
from ports.idempotency import KeyUsed

HEADER = "Idempotency-Key"

_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_DEFINITE = {Kind.BUSINESS_RULE, Kind.NOT_FOUND, Kind.CONFLICT}


class KeyRequired(HttpRefusal):
    """The request needs an Idempotency-Key header of 1 to 255 visible ASCII characters."""

    code = "ERR_4006"
    slug = "key-required"


class KeyReused(InvalidInput):
    """The Idempotency-Key was already used for a different request. Use a new key."""

    code = "ERR_4007"
    slug = "key-reused"


@web.middleware
async def idempotency(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Raises ``KeyRequired``, ``KeyReused``, ``KeyUsed`` or ``StoreUnavailable``."""
    is_required = request.app[KEYED_ROUTES].get(request.match_info.route)
    key = request.headers.get(HEADER)
    if is_required is None or (key is None and not is_required):
        return await handler(request)
    if key is None or not _KEY.fullmatch(key):
        raise KeyRequired
    body = await read_object(request) if request.body_exists else {}
    scope = f"{request[CALLER]} {request.method} {request.path}"
    pending = pending_key(scope=scope, key=key, body=body, now=request.app[CLOCK].now())
    request[PENDING_KEY] = pending
    return await _once(request, handler, pending)


async def _once(request: web.Request, handler: Handler, pending: PendingKey) -> web.StreamResponse:
    """
    Carry the request out, or return the stored response of its key.

    There is no look-up beforehand: the commit checks the key first, and a request that is refused, for any
    reason, then looks for a stored response.
    """
    try:
        answer = await handler(request)
        await _store(request, pending, answer)
    except DomainError as error:
        return await _stored(request, pending) or await _refusal(request, pending, error)
    return answer


async def _refusal(request: web.Request, pending: PendingKey, error: DomainError) -> web.Response:
    """Store a final refusal as the response of the key; raise any other, which leaves the key unused."""
    if error.kind not in _DEFINITE or error.retryable:
        raise error
    pending.is_recorded = False
    answer = told(request, error)
    try:
        await _store(request, pending, answer)
    except KeyUsed:
        return await _stored(request, pending) or answer
    return answer


async def _store(request: web.Request, pending: PendingKey, answer: web.StreamResponse) -> None:
    """Commit a response that was not committed with an effect."""
    if isinstance(answer, web.Response) and not pending.is_recorded:
        await application(request).processes.store_result(pending.record(answer))


async def _stored(request: web.Request, pending: PendingKey) -> web.Response | None:
    """The stored response, if there is one. Raises ``KeyReused`` if it belongs to another request."""
    records = application(request).idempotency_records
    now = request.app[CLOCK].now()
    record = await records.find(scope=pending.scope, key=pending.key, at=now)
    if record is None:
        return None
    if fields := differing_fields(pending, record):
        raise KeyReused([FieldError(field, "differs from the first request") for field in fields])
    return replay(record)
