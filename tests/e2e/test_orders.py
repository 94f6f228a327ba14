"""Orders at a broker that really fills them: what is held, what is paid, what is given back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp

from domain.money import USD, Money
from tests.e2e.books import Books
from tests.e2e.investor import Investor
from tests.support.stack import Stack

UNFILLABLE = {
    "symbol": "AAPL",
    "side": "buy",
    "type": "limit",
    "quantity": "2",
    "limit_price": "10.00",
}


def _dollars(texts: list[str]) -> Money:
    return Money(sum(Money.of(text, USD).minor for text in texts), USD)


async def test_a_basket_is_split_and_paid_to_the_cent(ann: Investor, books: Books) -> None:
    await ann.funded()
    placed = await ann.api.post("/v1/orders", {"basket": "thirds", "notional": "100.01"})

    parts = {order["symbol"]: order["notional"]["value"] for order in placed["orders"]}
    assert _dollars(list(parts.values())) == Money.of("100.01", USD)
    assert {symbol: abs(_dollars([part]).minor - 33_34) <= 1 for symbol, part in parts.items()} == {
        "SPY": True,
        "BND": True,
        "GLD": True,
    }
    filled = [
        await ann.reaches(f"/v1/orders/{order['id']}", "filled") for order in placed["orders"]
    ]
    assert {order["symbol"]: order["cost"]["value"] for order in filled} == parts
    assert {order["basket_order_id"] for order in filled} == {placed["basket_order_id"]}
    trail = await ann.api.get(f"/v1/trails/{placed['basket_order_id']}")
    assert (trail["kind"], trail["stage"]) == ("basket_order", "closed")

    shares = {order["symbol"]: order["filled_quantity"] for order in filled}
    assert await books.balances(ann.id) == {
        "broker USD": "147.49",
        "cash USD": "147.49",
        **{
            f"{role} {name}": held
            for role in ("broker", "security")
            for name, held in shares.items()
        },
    }


async def test_a_basket_that_is_too_dear_places_none_of_its_orders(
    ann: Investor, books: Books
) -> None:
    await ann.funded()
    wish = {"basket": "thirds", "notional": "247.51"}
    assert await ann.refused("POST", "/v1/orders", wish) == (422, "ERR_5902", [])
    assert (await ann.api.get("/v1/orders"))["items"] == []
    assert await books.balances(ann.id) == {"broker USD": "247.50", "cash USD": "247.50"}


async def test_cancelling_an_order_that_does_not_fill_releases_its_hold(
    ann: Investor, books: Books
) -> None:
    await ann.funded()
    order = await ann.api.post("/v1/orders", UNFILLABLE)
    await ann.reaches(f"/v1/orders/{order['id']}", "accepted")
    assert await books.balances(ann.id) == {
        "broker USD": "247.50",
        "cash USD": "227.50",
        "hold USD": "20.00",
    }

    await ann.api.post(f"/v1/orders/{order['id']}/cancel", {})
    canceled = await ann.reaches(f"/v1/orders/{order['id']}", "canceled")
    assert (canceled["held"]["value"], canceled["cost"]["value"]) == ("0.00", "0.00")
    assert await books.entries(order["id"]) == ["reserved", "released"]
    assert await books.balances(ann.id) == {"broker USD": "247.50", "cash USD": "247.50"}
    world = await ann.sandbox.get("/sandbox/books")
    statuses = {each["client_order_id"]: each["status"] for each in world["alpaca"]["orders"]}
    assert statuses[f"{order['id']}:order:1"] == "canceled"
    assert await ann.refused("POST", f"/v1/orders/{order['id']}/cancel", {}) == (
        409,
        "ERR_5305",
        [],
    )


async def test_selling_more_than_is_held_is_refused(ann: Investor, books: Books) -> None:
    await ann.funded()
    bought = {"symbol": "AAPL", "side": "buy", "type": "market", "notional": "60.00"}
    order = await ann.api.post("/v1/orders", bought)
    filled = await ann.reaches(f"/v1/orders/{order['id']}", "filled")
    before = await books.balances(ann.id)

    for wish in (
        {"symbol": "AAPL", "quantity": "1"},
        {"symbol": "AAPL", "notional": "100.00"},
        {"symbol": "MSFT", "quantity": "0.000000001"},
    ):
        sale = {"side": "sell", "type": "market", **wish}
        assert (await ann.refused("POST", "/v1/orders", sale))[:2] == (422, "ERR_5902"), wish
    assert await books.balances(ann.id) == before

    all_of_it = {"symbol": "AAPL", "quantity": filled["filled_quantity"]}
    sold = await ann.api.post("/v1/orders", {"side": "sell", "type": "market", **all_of_it})
    await ann.reaches(f"/v1/orders/{sold['id']}", "filled")
    left = await books.balances(ann.id)
    assert set(left) == {"broker USD", "cash USD"}


async def test_an_order_and_its_trail_are_nobody_elses(
    ann: Investor, eve: Investor, books: Books
) -> None:
    await ann.funded()
    await eve.walk.register()
    order = await ann.api.post("/v1/orders", UNFILLABLE)

    path = f"/v1/orders/{order['id']}"
    assert await eve.refused("GET", path) == (404, "ERR_5304", [])
    assert await eve.refused("POST", f"{path}/cancel", {}) == (404, "ERR_5304", [])
    assert await eve.refused("GET", f"/v1/trails/{order['id']}") == (404, "ERR_3001", [])
    assert (await eve.api.get("/v1/orders"))["items"] == []
    assert (await ann.reaches(path, "accepted"))["held"]["value"] == "20.00"
    assert await books.balances(eve.id) == {}


async def test_what_the_broker_closed_to_purchases_can_still_be_sold(
    stack: Stack, ann: Investor
) -> None:
    await ann.funded()
    order = {"symbol": "DIS", "side": "buy", "type": "market", "notional": "20.00"}
    bought = await ann.reaches(f"/v1/orders/{await _placed(ann, order)}", "filled")
    async with _closing_only(stack, "DIS"):
        await ann.reaches(f"/v1/orders/{await _placed(ann, order)}", "rejected")
        status, _, fields = await ann.refused("POST", "/v1/orders", order)
        assert (status, fields) == (422, ["symbol"])
        sale = {"symbol": "DIS", "side": "sell", "type": "market"}
        held = {"quantity": bought["filled_quantity"]}
        await ann.reaches(f"/v1/orders/{await _placed(ann, sale | held)}", "filled")


async def _placed(investor: Investor, order: dict[str, str]) -> str:
    return str((await investor.api.post("/v1/orders", order))["id"])


@asynccontextmanager
async def _closing_only(stack: Stack, symbol: str) -> AsyncIterator[None]:
    alpaca = stack.settings().alpaca
    login = {"APCA-API-KEY-ID": alpaca.key, "APCA-API-SECRET-KEY": alpaca.secret}
    async with aiohttp.ClientSession(headers=login, raise_for_status=True) as client:
        path = f"{alpaca.data_url}/v1/sandbox/assets"
        await client.post(path, json={"symbol": symbol, "tradable": False})
        try:
            yield
        finally:
            await client.post(path, json={"symbol": symbol, "tradable": True})
