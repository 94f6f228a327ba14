"""Answers and refusals as OpenAPI responses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from domain.errors import DomainError, name_of
from domain.funding.withdrawal import AddressCooling
from domain.limits import LimitExceeded
from entrypoints.http.contracts import File
from entrypoints.http.middleware import correlation, rate_limiting
from entrypoints.http.openapi.forms import Form, Forms
from entrypoints.http.problems import (
    CONTENT_TYPE,
    CoolingProblemView,
    LimitProblemView,
    ProblemView,
    title_of,
    type_of,
)
from ports.errors import CODES

STATUSES_TO_WAIT = (429, 503)
STATUS_UNAUTHORIZED = 401
STATUS_THROTTLED = 429
LIMIT: Form = {
    "activity": "withdrawal",
    "period": "day",
    "limit": {"value": "10000.00", "asset": "USD"},
    "used": {"value": "9900.00", "asset": "USD"},
    "remaining": {"value": "100.00", "asset": "USD"},
    "resets_at": "2026-11-25T00:00:00.000Z",
}

_EXTENDED: Mapping[type[DomainError], type[ProblemView]] = {
    LimitExceeded: LimitProblemView,
    AddressCooling: CoolingProblemView,
}
_EXTENSIONS: Mapping[type[DomainError], Form] = {
    LimitExceeded: {"limit": LIMIT},
    AddressCooling: {"usable_at": "2026-11-25T12:00:00.000Z"},
}
"""The fields that only these errors have, with examples."""

HEADERS: Mapping[str, Form] = {
    correlation.HEADER: {
        "required": True,
        "description": "The id of the request in our logs: the caller's own, or a new one.",
        "schema": {"type": "string"},
    },
    "Retry-After": {
        "required": True,
        "description": "Seconds to wait before another try.",
        "schema": {"type": "integer", "minimum": 0},
    },
    "WWW-Authenticate": {"required": True, "schema": {"type": "string"}},
    **{
        name: {
            "description": "Where the caller stands (draft-ietf-httpapi-ratelimit-headers).",
            "schema": {"type": "string"},
        }
        for name in rate_limiting.HEADERS
    },
}


def gives(shape: Any, status: int, *, forms: Forms, is_counted: bool) -> Form:
    """The answer with ``status``: a view, a file, or nothing."""
    response: Form = {
        "description": HTTPStatus(status).phrase,
        "headers": _headers(status, is_counted=is_counted),
    }
    match shape:
        case None:
            pass
        case File(media_type=media_type):
            response["content"] = {media_type: {"schema": {"type": "string"}}}
        case _:
            response["content"] = {"application/json": {"schema": forms.given(shape)}}
    return response


def refuses(errors: Sequence[type[DomainError]], status: int, *, forms: Forms) -> Form:
    """A reference to the problem with ``status`` and an example of each error that has it."""
    name = "Or".join(name_of(error) for error in errors)
    if name not in forms.responses:
        forms.responses[name] = _refused(errors, status, forms=forms)
    return {"$ref": f"#/components/responses/{name}"}


def _refused(errors: Sequence[type[DomainError]], status: int, *, forms: Forms) -> Form:
    for error in errors:
        forms.examples[name_of(error)] = {"value": _example(error, status)}
    examples = {name: {"$ref": f"#/components/examples/{name}"} for name in map(name_of, errors)}
    content = {"schema": _schema(errors, forms), "examples": examples}
    return {
        "description": "\n".join(f"* {_codes(each)} {title_of(each)}" for each in errors),
        "headers": _headers(status, is_refusal=True),
        "content": {CONTENT_TYPE: content},
    }


def _schema(errors: Sequence[type[DomainError]], forms: Forms) -> Form:
    extended = [forms.given(view) for error, view in _EXTENDED.items() if error in errors]
    problem = forms.given(ProblemView)
    return {"anyOf": [problem, *extended]} if extended else problem


def _codes(error: type[DomainError]) -> str:
    """The error's code, or its codes for the providers."""
    shared = [code for (_, kind), code in CODES.items() if kind is error]
    return ", ".join(f"`{code}`" for code in shared or [error.code])


def _example(error: type[DomainError], status: int) -> Form:
    return {
        "type": type_of(error),
        "title": title_of(error),
        "status": status,
        "detail": title_of(error),
        "instance": "/v1",
        "code": error.code,
        "request_id": "6f3375baf132d934cb74d6ec004cece0",
        "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
        "retryable": error.retryable,
        "errors": [],
        **_EXTENSIONS.get(error, {}),
    }


def _headers(status: int, *, is_refusal: bool = False, is_counted: bool = False) -> Form:
    names = [correlation.HEADER]
    if is_refusal and status in STATUSES_TO_WAIT:
        names.append("Retry-After")
    if status == STATUS_UNAUTHORIZED:
        names.append("WWW-Authenticate")
    if is_counted or status == STATUS_THROTTLED:
        names.extend(rate_limiting.HEADERS)
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
