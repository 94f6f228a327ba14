"""One route as an OpenAPI operation."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

from domain.accounts.roles import RoleRequired, ScopeMissing, SessionRequired, StepUpRequired
from domain.errors import DomainError
from entrypoints.http import error_sets
from entrypoints.http.access import Access
from entrypoints.http.middleware import idempotency
from entrypoints.http.openapi.examples import BODIES, in_path
from entrypoints.http.openapi.forms import Form, Forms
from entrypoints.http.openapi.responses import gives, refuses
from entrypoints.http.problems import status_of_class
from entrypoints.http.rate_limits import Quota
from entrypoints.http.route import Route

BEARER = "bearer"
SIGNED = {
    "/v1/webhooks/circle": "circleSignature",
    "/v1/webhooks/due": "dueSignature",
    "/v1/webhooks/harbor": "harborSignature",
    "/v1/webhooks/alpaca": "relaySignature",
}

_PATH_NAME = re.compile(r"\{(\w+)\}")


def operation(route: Route, *, name: str, forms: Forms) -> Form:
    summary, _, description = _sentences(route)
    found: Form = {
        "operationId": name,
        "tags": [_subject(route)],
        "summary": summary,
        "parameters": list(_parameters(route)),
        "responses": _responses(route, forms),
        "security": _security(route),
    }
    if route.access is Access.CALLER:
        found["x-scope"] = route.scope.value
    if description:
        found["description"] = description
    if route.contract.takes is not None:
        found["requestBody"] = _body(route.contract.takes, forms)
    return found


def refusals_of(route: Route) -> list[type[DomainError]]:
    """All errors of the route, its own ones first."""
    contract = route.contract
    implied = [
        *_caller_refusals(route),
        *_body_refusals(route),
        *(error_sets.WITH_KEY if route.needs_key is not None else ()),
        *(error_sets.WITH_QUERY if contract.queries else ()),
        *_limit_refusals(route),
        *error_sets.ALWAYS,
    ]
    return list(dict.fromkeys([*contract.refuses, *implied]))


def name_of(route: Route) -> str:
    return f"{_subject(route)}_{route.handler.__name__}"


def _caller_refusals(route: Route) -> tuple[type[DomainError], ...]:
    stepped_up = (StepUpRequired,) if route.step_up else ()
    match route.access:
        case Access.EVERYBODY | Access.PROVIDER:
            return ()
        case Access.CALLER:
            return (*error_sets.WITH_CALLER, ScopeMissing, *stepped_up)
        case Access.PERSON:
            return (*error_sets.WITH_CALLER, SessionRequired, *stepped_up)
        case _:
            return (*error_sets.WITH_CALLER, SessionRequired, RoleRequired, *stepped_up)


def _body_refusals(route: Route) -> tuple[type[DomainError], ...]:
    if route.access is Access.PROVIDER:
        return error_sets.WITH_BODY if route.contract.takes is not None else ()
    if route.contract.takes is not None:
        return error_sets.WITH_JSON
    return () if route.method == "GET" else error_sets.WITH_ANY_BODY


def _limit_refusals(route: Route) -> tuple[type[DomainError], ...]:
    if route.quota is Quota.UNCOUNTED:
        return ()
    if route.quota.passes_uncounted:
        return error_sets.COUNTED
    return (*error_sets.COUNTED, *error_sets.COUNTED_OR_REFUSED)


def _subject(route: Route) -> str:
    return route.handler.__module__.rpartition(".")[2]


def _sentences(route: Route) -> tuple[str, str, str]:
    """The first paragraph of the handler's docstring, a separator, and the rest."""
    text = inspect.getdoc(route.handler) or ""
    summary, gap, rest = text.replace("``", "`").partition("\n\n")
    return " ".join(summary.split()), gap, rest


def _parameters(route: Route) -> Iterator[Form]:
    for name in _PATH_NAME.findall(route.path):
        yield {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", "minLength": 1},
            "example": in_path(route.path),
        }
    for query in route.contract.queries:
        yield {
            "name": query.name,
            "in": "query",
            "description": query.summary,
            "schema": dict(query.form),
        }
    if route.needs_key is not None:
        yield {
            "name": idempotency.HEADER,
            "in": "header",
            "description": "Identifies this request; repeating it with the same key changes nothing.",
            "required": route.needs_key,
            "schema": {"type": "string", "pattern": r"^[\x21-\x7e]{1,255}$"},
            "example": "0f1d3a52-8f0b-4c56-9d62-7f0a4a2b9c11",
        }


def _body(shape: Any, forms: Forms) -> Form:
    content: Form = {"schema": forms.taken(shape)}
    if shape in BODIES:
        content["examples"] = {name: {"value": value} for name, value in BODIES[shape].items()}
    return {"required": True, "content": {"application/json": content}}


def _responses(route: Route, forms: Forms) -> Form:
    is_counted = route.quota is not Quota.UNCOUNTED
    answers = {
        str(status): gives(shape, status, forms=forms, is_counted=is_counted)
        for status, shape in route.contract.gives.items()
    }
    by_status: dict[int, list[type[DomainError]]] = {}
    for error in refusals_of(route):
        by_status.setdefault(status_of_class(error), []).append(error)
    refused = {str(s): refuses(by_status[s], s, forms=forms) for s in sorted(by_status)}
    if both := answers.keys() & refused.keys():
        raise ValueError(f"{route.method} {route.path} both gives and refuses with {both}")
    return answers | refused


def _security(route: Route) -> list[Form]:
    match route.access:
        case Access.PROVIDER:
            return [{SIGNED[route.path]: []}]
        case Access.EVERYBODY:
            return []
        case _:
            return [{BEARER: []}]
