"""The OpenAPI document describes the route table: every route, every status, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator

from domain.errors import DomainError
from entrypoints.http.access import Access
from entrypoints.http.openapi.document import document, served
from entrypoints.http.openapi.operations import refusals_of
from entrypoints.http.problems import status_of_class
from entrypoints.http.route import Route
from entrypoints.http.routes import ROUTES
from ports.errors import CODES

COPY = Path(__file__).parents[2] / "docs" / "api" / "openapi.json"
RENEW = "python -m entrypoints.http.openapi > docs/api/openapi.json"
DOCUMENT: dict[str, Any] = orjson.loads(served())


def _title(route: Route) -> str:
    return f"{route.method} {route.path}"


def _codes(error: type[DomainError]) -> list[str]:
    return [error.code, *(code for (_, kind), code in CODES.items() if kind is error)]


def _operation(route: Route) -> dict[str, Any]:
    found: dict[str, Any] = DOCUMENT["paths"][route.path][route.method.lower()]
    return found


def _followed(node: dict[str, Any]) -> dict[str, Any]:
    """The target of a reference; anything else unchanged."""
    if "$ref" not in node:
        return node
    *_, kind, name = node["$ref"].split("/")
    found: dict[str, Any] = DOCUMENT["components"][kind][name]
    return found


def _references(node: Any) -> Iterator[str]:
    match node:
        case {"$ref": str(target)}:
            yield target
        case dict():
            for value in node.values():
                yield from _references(value)
        case list():
            for value in node:
                yield from _references(value)


def test_the_copy_is_the_document_that_is_served() -> None:
    assert COPY.read_bytes() == served(), f"the API has changed; if it should have: {RENEW}"


def test_the_document_is_openapi() -> None:
    assert list(OpenAPIV30SpecValidator(DOCUMENT).iter_errors()) == []


def test_the_document_has_the_routes_of_the_table_and_no_others() -> None:
    described = {(m.upper(), path) for path, item in DOCUMENT["paths"].items() for m in item}
    assert described == {(route.method, route.path) for route in ROUTES}


@pytest.mark.parametrize("route", ROUTES, ids=_title)
def test_a_route_is_described_with_every_status_it_can_answer(route: Route) -> None:
    possible = {*route.contract.gives, *(status_of_class(error) for error in refusals_of(route))}
    assert set(_operation(route)["responses"]) == {str(status) for status in possible}


@pytest.mark.parametrize("route", ROUTES, ids=_title)
def test_a_route_names_every_code_it_can_refuse_with(route: Route) -> None:
    described = str([_followed(each) for each in _operation(route)["responses"].values()])
    assert [
        e.__name__ for e in refusals_of(route) if not any(c in described for c in _codes(e))
    ] == []


@pytest.mark.parametrize("route", ROUTES, ids=_title)
def test_a_route_says_what_it_does_and_who_may(route: Route) -> None:
    operation = _operation(route)
    assert operation["summary"].endswith(".")
    assert bool(operation["security"]) == (route.access is not Access.EVERYBODY)


@pytest.mark.parametrize("route", ROUTES, ids=_title)
def test_what_stands_in_braces_is_a_parameter(route: Route) -> None:
    described = [p["name"] for p in _operation(route)["parameters"] if p["in"] == "path"]
    assert described == re.findall(r"\{(\w+)\}", route.path)


def test_operations_have_names_of_their_own() -> None:
    names = [o["operationId"] for item in DOCUMENT["paths"].values() for o in item.values()]
    assert len(names) == len(set(names))


def test_every_component_is_used() -> None:
    kinds = ("schemas", "responses", "examples", "headers")
    used = set(_references(DOCUMENT))
    components = DOCUMENT["components"]
    known = {f"#/components/{kind}/{name}" for kind in kinds for name in components[kind]}
    assert known == used


def test_a_route_left_out_of_the_table_is_left_out_of_the_document() -> None:
    assert list(document(ROUTES[:1])["paths"]) == [ROUTES[0].path]
