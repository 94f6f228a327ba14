"""Pages follow one another without gaps or repeats."""

from __future__ import annotations

import pytest

from tests.component.conftest import Serve
from tests.component.investor import Client
from tests.component.stub_app import BEARER, Listings, an_application

SYMBOLS = [f"S{number:03}" for number in range(45)]


async def pages(client: Client, query: str) -> list[list[str]]:
    found: list[list[str]] = []
    cursor = ""
    while len(found) < 10:
        response = await client.get(f"/v1/assets?{query}{cursor}", headers=BEARER)
        body = await response.json()
        found.append([item["symbol"] for item in body["items"]])
        if body["next_cursor"] is None:
            break
        cursor = f"&cursor={body['next_cursor']}"
    return found


@pytest.mark.parametrize(
    ("query", "sizes"),
    [
        ("", [20, 20, 5]),
        ("limit=15", [15, 15, 15]),
        ("limit=100", [45]),
        ("limit=1&search=S04", [1] * 5),
    ],
)
async def test_pages_hold_everything_once(serve: Serve, query: str, sizes: list[int]) -> None:
    client = await serve(an_application(listings=Listings(*reversed(SYMBOLS))))
    found = await pages(client, query)
    assert [len(page) for page in found] == sizes
    symbols = [symbol for page in found for symbol in page]
    assert symbols == [s for s in SYMBOLS if "search" not in query or s.startswith("S04")]


async def test_a_list_of_nothing_is_a_page_of_nothing(serve: Serve) -> None:
    client = await serve(an_application(listings=Listings()))
    response = await client.get("/v1/assets", headers=BEARER)
    assert await response.json() == {"items": [], "next_cursor": None}


@pytest.mark.parametrize("limit", ["0", "101", "-1", "1.5", "ten", "", "1000000", "²"])
async def test_a_limit_out_of_range_is_refused_by_name(serve: Serve, limit: str) -> None:
    response = await (await serve()).get("/v1/assets", params={"limit": limit}, headers=BEARER)
    body = await response.json()
    assert (response.status, body["code"], body["errors"][0]["field"]) == (422, "ERR_4001", "limit")


@pytest.mark.parametrize("cursor", ["", "?", "a", "_w", "é", "A" * 400, "AAAA"])
async def test_a_cursor_that_was_never_given_out_is_refused(serve: Serve, cursor: str) -> None:
    response = await (await serve()).get("/v1/assets", params={"cursor": cursor}, headers=BEARER)
    body = await response.json()
    assert (response.status, body["errors"][0]["field"]) == (422, "cursor")


async def test_search_finds_symbols_and_names(serve: Serve) -> None:
    client = await serve(an_application(listings=Listings("AAPL", "MSFT", "FTMS")))
    assert await pages(client, "search=ms") == [["FTMS", "MSFT"]]
    assert await pages(client, "search=the%20msft") == [["MSFT"]]
    assert await pages(client, "search=nothing") == [[]]


async def test_an_asset_and_a_basket_are_found_by_name_or_not_at_all(serve: Serve) -> None:
    client = await serve()
    found = await client.get("/v1/assets/AAPL", headers=BEARER)
    assert (await found.json())["name"] == "The AAPL Company"
    basket = await (await client.get("/v1/baskets/chips", headers=BEARER)).json()
    assert [c["weight_bps"] for c in basket["components"]] == [6000, 4000]
    assert (await (await client.get("/v1/baskets", headers=BEARER)).json())["items"] == [basket]
    for path in ("/v1/assets/NONE", "/v1/baskets/none"):
        assert (await client.get(path, headers=BEARER)).status == 404
