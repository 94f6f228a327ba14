"""The whole document."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Sequence

import orjson

from entrypoints.http.openapi.forms import Form, Forms
from entrypoints.http.openapi.operations import BEARER, SIGNED, name_of, operation
from entrypoints.http.openapi.responses import HEADERS
from entrypoints.http.route import Route
from entrypoints.http.routes import ROUTES

VERSION = "1.0.0"
"""The version of the API, not of the service: see docs/api/versioning.md."""

DESCRIPTION = (
    "Deposit USDC, get buying power in dollars at a US broker, trade shares, and withdraw as USDC. "
    "Amounts in requests are decimal strings. Work that takes time is accepted and continues in the "
    "background: read the resource again to see its `stage`. "
    "Every path that supports GET supports HEAD, with the same headers and no body. "
    "Every error is a problem (RFC 9457) with a stable `code`."
)
_SIGNATURE_HEADERS = {
    "circleSignature": "X-Circle-Signature",
    "dueSignature": "X-Webhook-Signature",
    "harborSignature": "Harbor-Signature",
    "relaySignature": "X-Relay-Signature",
}


def document(routes: Sequence[Route]) -> Form:
    forms = Forms()
    names = Counter(name_of(route) for route in routes)
    paths: dict[str, Form] = {}
    for route in routes:
        name = name_of(route)
        unique = name if names[name] == 1 else f"{name}_{route.method.lower()}"
        found = operation(route, name=unique, forms=forms)
        paths.setdefault(route.path, {})[route.method.lower()] = found
    return {
        "openapi": "3.0.3",
        "info": {
            "title": "Stack Service",
            "version": VERSION,
            "description": DESCRIPTION,
            "license": {"name": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": forms.components,
            "responses": forms.responses,
            "examples": forms.examples,
            "headers": HEADERS,
            "securitySchemes": _schemes(),
        },
    }


@functools.cache
def served() -> bytes:
    """The document of the route table, indented."""
    return orjson.dumps(document(ROUTES), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _schemes() -> Form:
    signatures = {
        scheme: {"type": "apiKey", "in": "header", "name": _SIGNATURE_HEADERS[scheme]}
        for scheme in SIGNED.values()
    }
    bearer = {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "An access token, or an API key (`stk_…`) with the operation's `x-scope`.",
    }
    return {BEARER: bearer, **signatures}
