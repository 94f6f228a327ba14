"""HTTP in and out: JSON bodies, queries and answers."""

from __future__ import annotations

import orjson
from aiohttp import web

from entrypoints.sandbox.alpaca.errors import Malformed
from entrypoints.sandbox.alpaca.fields import Fields


async def read_body(request: web.Request) -> Fields:
    """The JSON object that was sent; nothing at all reads as an empty one. Raises ``Malformed``."""
    content = await request.read()
    try:
        values = orjson.loads(content) if content else {}
    except orjson.JSONDecodeError:
        raise Malformed("request body format is invalid") from None
    if not isinstance(values, dict):
        raise Malformed("request body must be a JSON object")
    return Fields(values)


def read_query(request: web.Request) -> Fields:
    return Fields(request.query)


def names(fields: Fields, name: str) -> tuple[str, ...]:
    """A comma separated list, empty when absent."""
    return tuple(part for part in (fields.optional(name) or "").split(",") if part)


def answer(
    content: object, *, status: int = 200, headers: dict[str, str] | None = None
) -> web.Response:
    return web.Response(
        body=orjson.dumps(content),
        status=status,
        headers=headers,
        content_type="application/json",
    )


def no_content() -> web.Response:
    return web.Response(status=204)
