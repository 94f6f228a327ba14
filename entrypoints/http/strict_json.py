"""
JSON bodies of people, read so that every reader of a body sees the same: RFC 7493 (I-JSON).

orjson decides what is JSON. Beyond that, a name may appear once in an object, and nesting has a limit that
is far above what any body needs and below what any later step can take.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from entrypoints.http.problems import HttpRefusal

DEPTH_MAX = 16
"""How many objects and arrays may be inside of each other."""


class MalformedJson(HttpRefusal):
    """The body is not a JSON object, is nested too deeply, or has a name twice."""

    code = "ERR_4002"
    slug = "malformed-json"


def parse(body: bytes) -> Mapping[str, Any]:
    """Raises ``MalformedJson``."""
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise MalformedJson(f"not JSON: {error.msg} at position {error.pos}") from None
    if not isinstance(document, dict):
        raise MalformedJson
    _require_shallow(document)
    _require_unique(body)
    return document


def _require_shallow(document: Any) -> None:
    level = [document]
    for _ in range(DEPTH_MAX):
        level = [
            inner
            for value in level
            for inner in (value.values() if isinstance(value, dict) else value)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return
    raise MalformedJson(f"objects and arrays may be nested {DEPTH_MAX} times at most")


def _require_unique(body: bytes) -> None:
    """Orjson keeps the last of two members with one name, and cannot tell."""
    # Numbers stay texts: they were judged already, and long ones cost time.
    json.loads(body.decode(), object_pairs_hook=_unique, parse_int=str, parse_float=str)


def _unique(pairs: Sequence[tuple[str, Any]]) -> None:
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise MalformedJson(f"the name {twice[:50]!r} appears more than once in an object")
