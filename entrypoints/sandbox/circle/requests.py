"""Reading requests and answering them in Circle's envelope, ``{"data": ...}``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import attrs
import orjson
from aiohttp import web

from entrypoints.sandbox.circle.entity_secret import EntitySecret
from entrypoints.sandbox.circle.errors import CircleRefusal, InvalidParameter, Why
from entrypoints.sandbox.circle.fields import Fields
from entrypoints.sandbox.circle.gate import TESTNET, respond
from entrypoints.sandbox.circle.idempotency import Idempotency

CREATED = 201


def data(content: Any, *, status: int = 200) -> web.Response:
    return respond({"data": content}, status=status)


def path_id(request: web.Request) -> str:
    """The id in the path. Raises 156009 when it is not a UUID."""
    try:
        return str(UUID(request.match_info["id"]))
    except ValueError:
        raise CircleRefusal(Why.PATH_UUID_INVALID) from None


def query_flag(request: web.Request, name: str) -> bool:
    """A boolean of the query; the SDKs send ``True`` or ``true`` (circle.md §1)."""
    return request.query.get(name, "").lower() == "true"


async def read(request: web.Request) -> Fields:
    """The JSON object of the request; an empty body is an empty object."""
    content = await request.read()
    try:
        values = orjson.loads(content) if content else {}
    except orjson.JSONDecodeError:
        raise InvalidParameter("body", "is not JSON", error="invalid_format") from None
    if not isinstance(values, dict):
        raise InvalidParameter("body", "must be an object", error="invalid_type")
    return Fields(values=values, testnet=request[TESTNET])


@attrs.frozen(kw_only=True)
class SignedRequests:
    """Requests that carry an entity secret ciphertext and, where they create, a key."""

    secret: EntitySecret
    idempotency: Idempotency

    async def run(
        self, request: web.Request, action: Callable[[Fields], Any], *, status: int = CREATED
    ) -> web.Response:
        """
        Answer with ``action``'s result, or with the first result when the request is a repetition.

        guess: a reused ciphertext is refused before the idempotency key is looked at, and a replay
        answers 200 where the original answered 201 (circle.md §3, §4).
        """
        fields = await read(request)
        key = fields.idempotency_key()
        self.secret.require(fields.text("entitySecretCiphertext"))
        body, is_new = self.idempotency.run(
            key,
            operation=f"{request.method} {request.path}",
            body=fields.values,
            action=lambda: {"data": action(fields)},
        )
        return respond(body, status=status if is_new else 200)
