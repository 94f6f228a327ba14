"""Reads request bodies and writes JSON answers."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Any, TypeVar

import orjson
from aiohttp import web

from domain.errors import DomainError
from domain.ids import ProcessId
from entrypoints.http import parsing, strict_json
from entrypoints.http.app_keys import SETTINGS
from entrypoints.http.problems import HttpRefusal
from entrypoints.http.serialization import unstructure

BODY_SIZE_MAX = 256 * 1024
"""The limit for every request, in bytes; providers' webhooks are the largest."""

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

DOCUMENT: web.RequestKey[Mapping[str, Any]] = web.RequestKey("document")
"""The parsed body, kept for the second reader of it."""

T = TypeVar("T")


class BodyTooLarge(HttpRefusal):
    """The body is too large."""

    code = "ERR_4003"
    slug = "body-too-large"
    status = 413


class BodyTooSlow(HttpRefusal):
    """The body did not arrive in time."""

    code = "ERR_4008"
    slug = "body-too-slow"
    status = 408
    retryable = True

    @property
    def headers(self) -> Mapping[str, str]:
        return {"Connection": "close"}


class UnreadableBody(HttpRefusal):
    """The body is incomplete, or does not match its Content-Encoding."""

    code = "ERR_4005"
    slug = "unreadable-body"


class UnsupportedMediaType(HttpRefusal):
    """The body must be sent as application/json."""

    code = "ERR_4004"
    slug = "unsupported-media-type"
    status = 415


async def read_bytes(request: web.Request) -> bytes:
    """The raw body. Raises ``BodyTooLarge``, ``BodyTooSlow`` or ``UnreadableBody``."""
    try:
        async with asyncio.timeout(request.app[SETTINGS].body_timeout_s):
            return await request.read()
    except TimeoutError:
        raise BodyTooSlow from None
    except web.HTTPRequestEntityTooLarge:
        raise BodyTooLarge(f"at most {BODY_SIZE_MAX} bytes are accepted") from None
    except (web.RequestPayloadError, ConnectionError):
        raise UnreadableBody from None


async def read_object(request: web.Request) -> Mapping[str, Any]:
    """Raises ``UnsupportedMediaType``, ``MalformedJson``, or as ``read_bytes`` does."""
    if DOCUMENT in request:
        return request[DOCUMENT]
    if request.content_type != "application/json":
        raise UnsupportedMediaType
    document = strict_json.parse(await read_bytes(request))
    request[DOCUMENT] = document
    return document


async def read(request: web.Request, shape: type[T]) -> T:
    """The body as a ``shape``. Raises as ``read_object`` does, and ``InvalidInput``."""
    return parsing.structure(await read_object(request), shape)


def answer(view: Any, *, status: int = 200) -> web.Response:
    return web.Response(
        status=status,
        body=orjson.dumps(unstructure(view)),
        content_type="application/json",
        headers={"Cache-Control": "no-store"},
    )


def nothing() -> web.Response:
    """The answer without a body."""
    return web.Response(status=204, headers={"Cache-Control": "no-store"})


def is_uuid(text: str) -> bool:
    return _UUID.fullmatch(text) is not None


def as_id(text: str, *, missing: type[DomainError]) -> ProcessId:
    """``text`` as an id. Raises ``missing`` if it is not a UUID."""
    if not is_uuid(text.lower()):
        raise missing
    return ProcessId(text.lower())


def path_id(request: web.Request, *, missing: type[DomainError]) -> ProcessId:
    """The id in the path. Raises ``missing`` if it is not a UUID."""
    return as_id(request.match_info["id"], missing=missing)
