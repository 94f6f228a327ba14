"""API keys: the credentials of programs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import attrs
from aiohttp import web

from domain.accounts.api_key import ApiKey, ApiKeyNotFound, ApiKeyRequest
from domain.accounts.roles import Scope
from domain.ids import ProcessId
from entrypoints.http.app_keys import application, caller
from entrypoints.http.bodies import answer, nothing, path_id, read
from entrypoints.http.paging import answer_all


@attrs.frozen(kw_only=True)
class ApiKeyBody:
    """``expires_in_days`` is 1 to 365; without it the key is valid until it is revoked."""

    name: str
    scopes: tuple[Scope, ...]
    expires_in_days: int | None = None


@attrs.frozen(kw_only=True)
class ApiKeyView:
    """``prefix`` is the beginning of the key, to tell it from others."""

    id: ProcessId
    name: str
    scopes: Sequence[Scope]
    prefix: str
    created_at: datetime
    expires_at: datetime | None


@attrs.frozen(kw_only=True)
class MadeKeyView(ApiKeyView):
    """``key`` is shown only once and is not stored. Send it as `Authorization: Bearer`."""

    key: str = attrs.field(repr=False)


async def make(request: web.Request) -> web.Response:
    """
    Make an API key, which is shown only once.

    No Idempotency-Key is accepted, because a stored response would be a stored key.
    """
    body = await read(request, ApiKeyBody)
    terms = ApiKeyRequest(name=body.name, scopes=body.scopes, days=body.expires_in_days)
    made = await application(request).api_keys.make(caller(request), terms)
    known = attrs.asdict(_view(made.key), recurse=False)
    return answer(MadeKeyView(**known, key=made.text), status=201)


async def listing(request: web.Request) -> web.Response:
    """List the active keys, newest first."""
    return answer_all(await application(request).api_keys.list(caller(request)), view=_view)


async def revoke(request: web.Request) -> web.Response:
    """Revoke a key permanently, with immediate effect."""
    key_id = path_id(request, missing=ApiKeyNotFound)
    await application(request).api_keys.revoke(caller(request), key_id)
    return nothing()


def _view(key: ApiKey) -> ApiKeyView:
    return ApiKeyView(
        id=key.id,
        name=key.name,
        scopes=key.scopes,
        prefix=key.prefix,
        created_at=key.created_at,
        expires_at=key.expires_at,
    )
