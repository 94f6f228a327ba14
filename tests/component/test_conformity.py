"""The check of answers against the document can say no."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from aiohttp import web

from tests.component.conformity import complaints

WALLET = {
    "id": "01a20d5e-6983-71eb-b927-079201f3234b",
    "chain": "polygon",
    "stage": "live",
    "address": None,
}


def answer(
    items: list[Any], *, status: int = 200, content_type: str = "application/json"
) -> web.Response:
    return web.Response(
        status=status,
        body=orjson.dumps({"items": items, "next_cursor": None}),
        content_type=content_type,
        headers={"X-Request-Id": "r"},
    )


def test_an_answer_as_described_passes() -> None:
    assert complaints("GET", "/v1/wallets", answer([WALLET])) == []


@pytest.mark.parametrize(
    "response",
    [
        answer([{**WALLET, "secret": "x"}]),
        answer([{**WALLET, "chain": "dogecoin"}]),
        answer([{"id": WALLET["id"]}]),
        answer([], status=204),
        answer([], status=401),
        answer([], content_type="application/xml"),
        web.Response(body=answer([]).body, content_type="application/json"),
    ],
    ids=["extra", "value", "missing", "status", "problem", "media type", "header"],
)
def test_an_answer_beside_the_description_is_told(response: web.Response) -> None:
    assert complaints("GET", "/v1/wallets", response) != []


def test_an_answer_without_a_route_must_be_a_problem() -> None:
    assert complaints("GET", "", answer([], status=404)) != []
