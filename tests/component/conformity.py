"""
Checks what the API answers against its own description.

Answers must be described: the status for the route, the media type, and the body without a field too many.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

import orjson
from aiohttp import web
from openapi_schema_validator import OAS30ReadValidator

from entrypoints.http.openapi.document import served
from entrypoints.http.problems import CONTENT_TYPE

Described = Mapping[str, Any]


@functools.cache
def description() -> Described:
    found: Described = orjson.loads(served())
    return found


def complaints(method: str, path: str, response: web.Response) -> list[str]:
    """What is wrong with the answer; ``path`` is the route's, or ``""`` if none was found."""
    where = f"{method} {path or '(no route)'} {response.status}"
    if not path or response.status == 405:
        return [f"{where}: {each}" for each in _against(_schema_of("Problem"), response)]
    answers = _operation(method, path)["responses"]
    if str(response.status) not in answers:
        return [f"{where}: not a status that is described"]
    answer = _followed(answers[str(response.status)])
    missing = [
        f"{where}: no {name}"
        for name in answer["headers"]
        if description()["components"]["headers"][name].get("required")
        and name not in response.headers
    ]
    content = answer.get("content", {})
    if not content:
        return missing + ([f"{where}: a body that is not described"] if response.body else [])
    media_types = [each for each in content if each in {response.content_type, "*/*"}]
    if not media_types:
        return [*missing, f"{where}: {response.content_type} is not described"]
    if not response.content_type.endswith("json"):
        return missing
    wrong = _against(content[media_types[0]]["schema"], response)
    return missing + [f"{where}: {each}" for each in wrong]


def _operation(method: str, path: str) -> Described:
    """What can be looked at by its headers alone is described as what can be got."""
    operations = description()["paths"][path]
    is_look = method == "HEAD" and "head" not in operations
    found: Described = operations["get" if is_look else method.lower()]
    return found


def _followed(node: Described) -> Described:
    """What a reference leads to; anything else is itself."""
    if "$ref" not in node:
        return node
    *_, kind, name = node["$ref"].split("/")
    return dict(description()["components"][kind][name])


def _schema_of(name: str) -> Described:
    return {"$ref": f"#/components/schemas/{name}"}


def _against(schema: Described, response: web.Response) -> list[str]:
    if (
        response.status >= 400
        and response.content_type != CONTENT_TYPE
        and "Problem" in str(schema)
    ):
        return [f"{response.content_type} is no problem"]
    body = response.body if isinstance(response.body, bytes) else b""
    document = orjson.loads(body)
    return [
        f"{error.json_path}: {error.message}" for error in _validator(schema).iter_errors(document)
    ]


def _validator(schema: Described) -> Any:
    return OAS30ReadValidator({**schema, "components": _closed_components()})


@functools.cache
def _closed_components() -> Described:
    """The components, with objects that allow no field beyond those described."""
    components: dict[str, Any] = deepcopy(dict(description()["components"]))
    for schema in components["schemas"].values():
        _close(schema)
    return components


def _close(node: Any) -> None:
    match node:
        case {"type": "object", "properties": dict()}:
            node.setdefault("additionalProperties", False)
            for each in node["properties"].values():
                _close(each)
        case dict() | list():
            for each in node.values() if isinstance(node, dict) else node:
                _close(each)
