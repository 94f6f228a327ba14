"""The smallest order is one dollar, however it is expressed, and what is left can be sold."""

from __future__ import annotations

from typing import Any

import pytest

from tests.component.investor import Investor

QUANTITY = {"symbol": "AAPL", "side": "buy", "type": "market", "quantity": "0.000026"}
LIMIT = {"type": "limit", "limit_price": "0.50"}


@pytest.mark.situation(
    "shares worth less than a cent are bought and sold by quantity", must="refused, 422"
)
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, "ERR_5303"),
        ({"quantity": "0.005259"}, "ERR_5303"),
        ({"quantity": "0.000000001"}, "ERR_5303"),
        (LIMIT | {"quantity": "1.999999999"}, "ERR_5303"),
        ({"type": "limit", "limit_price": "0.0001", "quantity": "9999.999999999"}, "ERR_5303"),
    ],
)
async def test_a_quantity_worth_less_is_refused(
    ada: Investor, change: dict[str, str], code: str
) -> None:
    await ada.funded()
    assert await ada.refused("POST", "/v1/orders", QUANTITY | change) == (422, code, "quantity")
    assert (await ada.get("/v1/orders"))["items"] == []


@pytest.mark.parametrize("change", [{"quantity": "0.005260"}, LIMIT | {"quantity": "2"}])
async def test_a_quantity_worth_a_dollar_is_taken(ada: Investor, change: dict[str, str]) -> None:
    await ada.funded()
    order = await ada.post("/v1/orders", QUANTITY | change)
    assert order["stage"] == "reserved"


@pytest.mark.situation("what is left of a position is worth cents", must="all of it can be sold")
async def test_what_is_left_can_be_sold_but_not_a_part_of_it(ada: Investor) -> None:
    await ada.funded()
    await ada.bought("0.01")
    sale: dict[str, Any] = QUANTITY | {"side": "sell"}
    ada.world.exchange.quote("AAPL", "50.00")
    refused = await ada.refused("POST", "/v1/orders", sale | {"quantity": "0.009"})
    assert refused == (422, "ERR_5303", "quantity")
    too_much = await ada.refused("POST", "/v1/orders", sale | {"quantity": "0.011"})
    assert too_much == (422, "ERR_5902", None)
    order = await ada.post("/v1/orders", sale | {"quantity": "0.01"})
    await ada.fill(order["id"])
    assert (await ada.get("/v1/portfolio"))["positions"] == []


async def test_what_orders_hold_belongs_to_the_position(ada: Investor) -> None:
    await ada.funded()
    await ada.bought("0.03")
    sale: dict[str, Any] = QUANTITY | {"side": "sell", "type": "limit", "limit_price": "400"}
    await ada.post("/v1/orders", sale | {"quantity": "0.027"})
    rest = QUANTITY | {"side": "sell", "quantity": "0.003"}
    assert await ada.refused("POST", "/v1/orders", rest) == (422, "ERR_5303", "quantity")


async def test_a_part_of_a_basket_that_is_too_small_refuses_all_of_it(ada: Investor) -> None:
    await ada.funded()
    body = {"basket": "thirds", "notional": "2.99"}
    assert await ada.refused("POST", "/v1/orders", body) == (422, "ERR_5303", "notional")


def limit_order(price: str) -> dict[str, str]:
    quantity = "10000" if price == "0.0001" else "20"
    return QUANTITY | {"type": "limit", "quantity": quantity, "limit_price": price}


@pytest.mark.situation("a limit price below a dollar", must="four decimals, as at the exchange")
@pytest.mark.parametrize("price", ["0.6013", "0.0001", "0.9999", "1.01", "11.05"])
async def test_a_limit_price_on_a_tick_is_taken(ada: Investor, price: str) -> None:
    await ada.funded()
    order = await ada.post("/v1/orders", limit_order(price))
    assert order["limit_price"] == price


@pytest.mark.parametrize("price", ["0.60135", "0.00001", "1.001", "1.0001", "11.055"])
async def test_a_limit_price_between_ticks_is_refused(ada: Investor, price: str) -> None:
    await ada.funded()
    refused = await ada.refused("POST", "/v1/orders", limit_order(price))
    assert refused == (422, "ERR_5303", "limit_price")
