"""HTTP in and out: JSON bodies, queries and answers."""

from __future__ import annotations

from typing import Any

import orjson
from aiohttp import web

from sandbox.alpaca.errors import Malformed
from sandbox.alpaca.fields import Fields


async def read_body(request: web.Request) -> Fields:
    """The JSON object of the body; an empty body is an empty object. Raises ``Malformed``."""
    values = await _read_json(request)
    if not isinstance(values, dict):
        raise Malformed("request body must be a JSON object")
    return Fields(values)


async def read_list(request: web.Request, *, count_max: int) -> tuple[Fields, ...]:
    """The JSON objects of a list in the body. Raises ``AlpacaRefusal``."""
    return Fields({"body": await _read_json(request)}).sections("body", count_max=count_max)


async def _read_json(request: web.Request) -> Any:
    content = await request.read()
    try:
        return orjson.loads(content) if content else {}
    except orjson.JSONDecodeError:
        raise Malformed("request body format is invalid") from None


def read_query(request: web.Request) -> Fields:
    return Fields(request.query)


def names(fields: Fields, name: str) -> tuple[str, ...]:
    """A comma separated list, empty when absent."""
    return tuple(part for part in (fields.optional(name) or "").split(",") if part)


def every(request: web.Request, name: str) -> frozenset[str]:
    """A filter that may be given many times, or as a list; empty when absent."""
    values = request.query.getall(name, [])
    return frozenset(part for value in values for part in value.split(",") if part)


def is_true(fields: Fields, name: str) -> bool:
    """Whether the query says yes, in any spelling."""
    return (fields.optional(name) or "").lower() == "true"


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
