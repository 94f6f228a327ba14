"""Reading requests and answering them in Circle's envelope, ``{"data": ...}``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

import attrs
import orjson
from aiohttp import web

from sandbox.circle.auth import TESTNET, respond
from sandbox.circle.entity_secret import EntitySecret
from sandbox.circle.errors import CircleRefusal, InvalidParameter, Why
from sandbox.circle.fields import Fields
from sandbox.circle.idempotency import Idempotency
from sandbox.circle.paging import Page

CREATED = 201


def data(content: Any, *, status: int = 200) -> web.Response:
    return respond({"data": content}, status=status)


def listing(
    request: web.Request,
    name: str,
    views: Sequence[Mapping[str, Any]],
    *,
    page: Page,
    ids: Sequence[str] | None = None,
    extra: Mapping[str, Any] | None = None,
) -> web.Response:
    """
    One page, with links to the others in the ``Link`` header; ``ids`` are cursors, unless the views'.

    guess: the header, which Circle documents for its paginated APIs in general.
    """
    answer = data({name: views, **(extra or {})})
    cursors = [view["id"] for view in views] if ids is None else ids
    answer.headers["Link"] = ", ".join(
        f'<{request.url.update_query(query)}>; rel="{relation}"'
        for relation, query in page.neighbours(cursors).items()
    )
    return answer


def path_id(request: web.Request) -> str:
    """The id in the path. Raises 156009 when it is not a UUID."""
    try:
        return str(UUID(request.match_info["id"]))
    except ValueError:
        raise CircleRefusal(Why.PATH_UUID_INVALID) from None


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

    async def read(self, request: web.Request) -> Fields:
        """The fields of a request that proves the entity secret. Raises 156004, 156013 or 156016."""
        fields = await read(request)
        self.secret.require(fields.text("entitySecretCiphertext"))
        return fields

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
