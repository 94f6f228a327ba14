"""Orders and baskets: said once and clearly, placed whole or not at all."""

from __future__ import annotations

from typing import Any

import pytest

from tests.component.investor import Investor
from tests.support.builders import dollars
from tests.support.world import World

BUY = {"symbol": "AAPL", "side": "buy", "type": "market", "notional": "60.00"}


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"notional": 60}, (422, "ERR_4103", "notional")),
        ({"notional": "60.005"}, (422, "ERR_4102", "notional")),
        ({"notional": "0.99"}, (422, "ERR_5303", "notional")),
        ({"quantity": "1"}, (422, "ERR_5303", "notional")),
        ({"notional": None}, (422, "ERR_5303", "notional")),
        ({"notional": None, "quantity": "0.0000000001"}, (422, "ERR_4102", "quantity")),
        ({"notional": None, "quantity": "0"}, (422, "ERR_5303", "quantity")),
        ({"type": "limit"}, (422, "ERR_5303", "limit_price")),
        ({"limit_price": "1.00"}, (422, "ERR_5303", "limit_price")),
        ({"type": "limit", "limit_price": "-1"}, (422, "ERR_4103", "limit_price")),
        ({"side": "hold"}, (422, "ERR_4001", "side")),
        ({"symbol": "NONE"}, (422, "ERR_5301", "symbol")),
        ({"symbol": 1}, (422, "ERR_4001", "symbol")),
        ({"basket": "thirds"}, (422, "ERR_4001", "side")),
        ({"notional": "100000.00"}, (422, "ERR_5902", None)),
    ],
)
async def test_an_order_is_refused_by_field(ada: Investor, change: Any, refusal: Any) -> None:
    await ada.funded()
    assert await ada.refused("POST", "/v1/orders", BUY | change) == refusal
    assert (await ada.get("/v1/orders"))["items"] == []


async def test_an_order_by_shares_shows_its_limit(ada: Investor) -> None:
    await ada.funded()
    limit = {"symbol": "MSFT", "side": "buy", "type": "limit", "quantity": "0.5"}
    status, order = await ada.ask("POST", "/v1/orders", limit | {"limit_price": "400.10"})
    assert status == 202
    assert (order["quantity"], order["limit_price"]) == ("0.500000000", "400.1")
    assert (order["notional"], order["held"]["value"]) == (None, "200.05")
    assert await ada.get(f"/v1/orders/{order['id']}") == order


@pytest.mark.parametrize(("method", "suffix"), [("DELETE", ""), ("POST", "/cancel")])
async def test_an_order_is_cancelled_either_way(
    ada: Investor, world: World, method: str, suffix: str
) -> None:
    await ada.funded()
    order = await ada.post("/v1/orders", BUY)
    await world.run_jobs()
    status, cancelled = await ada.ask(method, f"/v1/orders/{order['id']}{suffix}")
    assert (status, cancelled["stage"]) == (202, "cancel_requested")


async def test_what_is_over_cannot_be_cancelled(ada: Investor) -> None:
    await ada.funded()
    order = await ada.post("/v1/orders", BUY)
    await ada.fill(order["id"])
    refusal = await ada.refused("DELETE", f"/v1/orders/{order['id']}")
    assert refusal == (409, "ERR_5305", None)


async def test_a_basket_is_split_to_the_last_cent(ada: Investor) -> None:
    await ada.funded()
    body = {"basket": "thirds", "notional": "100.01"}
    status, placed = await ada.ask("POST", "/v1/orders", body)
    assert (status, placed["basket"], placed["notional"]["value"]) == (202, "thirds", "100.01")
    parts = [dollars(order["notional"]["value"]) for order in placed["orders"]]
    assert sum(part.minor for part in parts) == 10001
    listed = await ada.get(f"/v1/orders?basket_order={placed['basket_order_id']}")
    assert [o["id"] for o in listed["items"]] == [o["id"] for o in placed["orders"]]


async def test_a_basket_that_cannot_be_paid_places_nothing(ada: Investor) -> None:
    await ada.funded()
    body = {"basket": "thirds", "notional": "5000.00"}
    assert await ada.refused("POST", "/v1/orders", body) == (422, "ERR_5902", None)
    assert (await ada.get("/v1/orders"))["items"] == []
    assert (await ada.get("/v1/balances"))["items"][0]["held"] == "0.00"


async def test_an_unknown_basket_is_not_found(ada: Investor) -> None:
    await ada.funded()
    body = {"basket": "none", "notional": "50.00"}
    assert (await ada.refused("POST", "/v1/orders", body))[:2] == (404, "ERR_5302")


@pytest.mark.parametrize("price", ["100.123", f"0.{'0' * 29}1", f"1.{'1' * 30}"])
async def test_a_price_that_no_exchange_takes_is_refused_at_the_door(
    ada: Investor, price: str
) -> None:
    await ada.funded()
    body: dict[str, Any] = {"symbol": "AAPL", "side": "buy", "type": "limit", "quantity": "1"}
    refused = await ada.refused("POST", "/v1/orders", body | {"limit_price": price})
    assert refused == (422, "ERR_5303", "limit_price")
