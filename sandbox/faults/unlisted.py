"""Things that exist and are not shown yet, as by a provider whose reads lag behind its writes."""

from __future__ import annotations

import time
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from http import HTTPStatus
from typing import Any

import attrs
import orjson
from aiohttp import web

IDS = ("id", "key")
"""The fields that identify a thing at some provider."""


@attrs.define
class Unlisted:
    """The ids that answers to reads of one provider leave out, and until when, in real time."""

    _until: dict[str, float] = attrs.field(factory=dict)

    def hide(self, response: web.StreamResponse, *, lag_s: float) -> None:
        """Do not show what the response is about for ``lag_s`` real seconds."""
        until = time.monotonic() + lag_s
        self._until.update(dict.fromkeys(_ids(_document(response)), until))

    def seen_in(self, response: web.StreamResponse) -> web.StreamResponse | None:
        """The response to a read as it is shown; None when the thing itself is not shown."""
        now = time.monotonic()
        self._until = {name: until for name, until in self._until.items() if now < until}
        if not self._until:
            return response
        document = _document(response)
        if document is None:
            return response
        if _ids(document) & self._until.keys():
            return None
        return web.Response(
            body=orjson.dumps(_without(document, self._until.keys())),
            status=response.status,
            content_type="application/json",
        )


def missing(provider: str) -> web.Response:
    """The provider's answer about a thing that it does not have."""
    status, message = HTTPStatus.NOT_FOUND.value, "not found"
    shapes: dict[str, object] = {
        "due": {"statusCode": status, "message": message, "code": "err_not_found"},
        "circle": {"code": 4, "message": message},
    }
    body = shapes.get(provider, {"code": status * 100_000, "message": message})
    return web.Response(body=orjson.dumps(body), status=status, content_type="application/json")


def _document(response: web.StreamResponse) -> Any:
    if not isinstance(response, web.Response) or not isinstance(response.body, bytes):
        return None
    try:
        return orjson.loads(response.body)
    except orjson.JSONDecodeError:
        return None


def _ids(document: Any) -> AbstractSet[str]:
    """The ids of the thing that a document is about; Circle's envelopes have one more level or two."""
    if not isinstance(document, Mapping):
        return set()
    found = {str(document[name]) for name in IDS if isinstance(document.get(name), str)}
    if not found and len(document) == 1:
        return _ids(next(iter(document.values())))
    return found


def _without(document: Any, hidden: AbstractSet[str]) -> Any:
    """The document without the items of lists that are hidden."""
    if isinstance(document, list):
        return [_without(each, hidden) for each in document if not _ids(each) & hidden]
    if isinstance(document, dict):
        return {name: _without(value, hidden) for name, value in document.items()}
    return document
