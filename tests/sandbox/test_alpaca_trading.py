from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

import pytest

from domain.money import USD, Money
from sandbox.alpaca.settings import AlpacaSandboxSettings
from tests.sandbox.local_alpaca import LocalAlpaca, open_local_alpaca

FAR_BACK = "2020-01-01T00:00:00Z"


@pytest.fixture
async def alpaca() -> AsyncIterator[LocalAlpaca]:
    async with open_local_alpaca() as opened:
        yield opened


@pytest.fixture
async def slow_alpaca() -> AsyncIterator[LocalAlpaca]:
    """Fills take half a real second, so that a test can act between them."""
    async with open_local_alpaca(AlpacaSandboxSettings(fill_delay_s=100.0)) as opened:
        yield opened


def worth(order: Any) -> Decimal:
    exact = Decimal(order["filled_qty"]) * Decimal(order["filled_avg_price"])
    return exact.quantize(Decimal("0.01"), ROUND_HALF_EVEN)


async def assert_conserved(alpaca: LocalAlpaca) -> None:
    books: Any = alpaca.broker.books()
    inside = sum(Decimal(account["cash"]) for account in books["accounts"].values())
    border = Decimal(books["deposited"]) - Decimal(books["withdrawn"])
    assert inside + Decimal(books["exchange"]["cash"]) == border
    for symbol, delivered in books["exchange"]["shares"].items():
        held = [a["positions"].get(symbol, "0") for a in books["accounts"].values()]
        assert sum(map(Decimal, held)) == Decimal(delivered)


async def test_a_notional_purchase_agrees_everywhere(alpaca: LocalAlpaca) -> None:
    account = await alpaca.funded_account("100.00")
    order = await alpaca.filled(account, notional="25.00", client_order_id="inv-1")
    assert order["filled_qty"] == "0.131495897"
    assert order["filled_avg_price"] == "190.12"
    assert await alpaca.cash(account) == Money.of(str(100 - worth(order)), USD)
    position = await alpaca.get(f"/v1/trading/accounts/{account}/positions/AAPL")
    assert (position["qty"], position["avg_entry_price"]) == (order["filled_qty"], "190.12")
    (fill,) = await alpaca.get("/v1/accounts/activities/FILL", account_id=account)
    assert (fill["qty"], fill["price"], fill["leaves_qty"]) == (order["filled_qty"], "190.12", "0")
    told = await alpaca.events("/v2/events/trades", 3, since=FAR_BACK)
    assert [each["event"] for each in told] == ["accepted", "new", "fill"]
    assert told[-1]["order"] == order
    assert told[-1]["position_qty"] == order["filled_qty"]
    await assert_conserved(alpaca)


async def test_a_large_order_fills_in_parts_at_an_average_that_explains_the_cash(
    slow_alpaca: LocalAlpaca,
) -> None:
    alpaca = slow_alpaca
    account = await alpaca.funded_account("30000.00")
    watched = (await alpaca.order(account, notional="29999.99")).body
    path = f"/v1/trading/accounts/{account}/orders/{watched['id']}"
    await alpaca.until(path, "status", "partially_filled")
    moved = await alpaca.call("POST", "/v1/sandbox/prices", {"AAPL": "201.07"}, host="/alpaca-data")
    assert moved.body == {"AAPL": "201.07"}
    order = await alpaca.until(path, "status", "filled")
    assert Decimal("190.12") < Decimal(order["filled_avg_price"]) < Decimal("201.07")
    assert worth(order) <= Decimal("29999.99")
    assert await alpaca.cash(account) == Money.of(str(30000 - worth(order)), USD)
    told = await alpaca.events("/v1/events/trades", 4, since=FAR_BACK)
    assert [each["event"] for each in told] == ["accepted", "new", "partial_fill", "fill"]
    await assert_conserved(alpaca)


async def test_a_sale_returns_cash_and_ends_the_position(alpaca: LocalAlpaca) -> None:
    account = await alpaca.funded_account("1000.00")
    bought = await alpaca.filled(account, symbol="VOO", qty="1.5")
    sold = await alpaca.filled(account, symbol="VOO", qty="1.5", side="sell")
    assert worth(bought) == worth(sold)
    assert await alpaca.cash(account) == Money.of("1000.00", USD)
    path = f"/v1/trading/accounts/{account}/positions"
    gone = await alpaca.call("GET", f"{path}/VOO")
    assert (gone.status, gone.body["message"]) == (404, "position does not exist")
    assert await alpaca.get(path) == []
    await assert_conserved(alpaca)


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"notional": "10.001"}, 422, 42210000),
        ({"qty": "0.1234567891"}, 422, 42210000),
        ({}, 422, 40010001),
        ({"qty": "1", "notional": "10"}, 422, 40010001),
        ({"notional": "10", "time_in_force": "gtc"}, 422, 42210000),
        ({"qty": "1", "symbol": "NOPE"}, 422, 42210000),
        ({"qty": "0.5", "symbol": "BRK.A"}, 403, 40310000),
        ({"qty": "1", "type": "limit"}, 422, 40010001),
        ({"notional": "100.01"}, 403, 40310000),
        ({"qty": "0.1", "side": "sell"}, 403, 40310000),
    ],
)
async def test_an_order_that_breaks_a_rule_is_refused(
    alpaca: LocalAlpaca, fields: dict[str, Any], status: int, code: int
) -> None:
    account = await alpaca.funded_account("100.00")
    refused = await alpaca.order(account, **fields)
    assert (refused.status, refused.body["code"]) == (status, code)
    assert await alpaca.get(f"/v1/trading/accounts/{account}/orders", status="all") == []


async def test_a_client_order_id_is_used_once(alpaca: LocalAlpaca) -> None:
    account = await alpaca.funded_account("100.00")
    placed = await alpaca.order(account, notional=10.5, client_order_id="inv-1")
    again = await alpaca.order(account, notional=10.5, client_order_id="inv-1")
    assert (again.status, again.body["code"]) == (422, 40010001)
    path = f"/v1/trading/accounts/{account}/orders:by_client_order_id"
    assert (await alpaca.get(path, client_order_id="inv-1"))["id"] == placed.body["id"]


async def test_open_orders_hold_the_cash_they_may_cost(alpaca: LocalAlpaca) -> None:
    account = await alpaca.funded_account("100.00")
    await alpaca.order(account, qty="1", symbol="KO", type="limit", limit_price="60.00")
    refused = await alpaca.order(account, notional="40.01")
    assert refused.body["buying_power"] == "40.00"


async def test_a_limit_order_waits_for_its_price(alpaca: LocalAlpaca) -> None:
    account = await alpaca.funded_account("100.00")
    limit = {"symbol": "KO", "type": "limit", "limit_price": "60.00", "time_in_force": "gtc"}
    placed = (await alpaca.order(account, qty="1", **limit)).body
    path = f"/v1/trading/accounts/{account}/orders/{placed['id']}"
    await alpaca.until(path, "status", "new")
    await alpaca.call("POST", "/v1/sandbox/prices", {"KO": "59.50"}, host="/alpaca-data")
    order = await alpaca.until(path, "status", "filled")
    assert order["filled_avg_price"] == "59.5"
    trading = await alpaca.get(f"/v1/trading/accounts/{account}/account")
    assert trading["cash"] == trading["buying_power"] == "40.5"


async def test_a_cancelled_order_frees_its_cash_and_a_filled_one_stays(alpaca: LocalAlpaca) -> None:
    account = await alpaca.funded_account("100.00")
    limit = {"symbol": "KO", "type": "limit", "limit_price": "60.00"}
    placed = (await alpaca.order(account, qty="1", **limit)).body
    path = f"/v1/trading/accounts/{account}/orders"
    assert (await alpaca.call("DELETE", f"{path}/{placed['id']}")).status == 204
    await alpaca.until(f"{path}/{placed['id']}", "status", "canceled")
    filled = await alpaca.filled(account, notional="100.00")
    assert (await alpaca.call("DELETE", f"{path}/{filled['id']}")).status == 422


async def test_a_replaced_order_hands_over_to_its_successor(alpaca: LocalAlpaca) -> None:
    account = await alpaca.funded_account("100.00")
    limit = {"symbol": "KO", "type": "limit", "limit_price": "60.00"}
    placed = (await alpaca.order(account, qty="1", **limit)).body
    path = f"/v1/trading/accounts/{account}/orders"
    dearer = await alpaca.call("PATCH", f"{path}/{placed['id']}", {"limit_price": "100.01"})
    assert dearer.status == 403
    changed = await alpaca.call("PATCH", f"{path}/{placed['id']}", {"limit_price": "70.00"})
    assert changed.body["replaces"] == placed["id"]
    await alpaca.until(f"{path}/{changed.body['id']}", "status", "filled")
    old = await alpaca.get(f"{path}/{placed['id']}")
    assert (old["status"], old["replaced_by"]) == ("replaced", changed.body["id"])
    assert await alpaca.cash(account) == Money.of("36.13", USD)


async def test_positions_are_closed_all_at_once(alpaca: LocalAlpaca) -> None:
    account = await alpaca.funded_account("1000.00")
    await alpaca.filled(account, notional="100.00")
    await alpaca.filled(account, notional="100.00", symbol="VTI")
    path = f"/v1/trading/accounts/{account}/positions"
    closed = await alpaca.call("DELETE", path, params={"cancel_orders": "True"})
    assert closed.status == 207
    for outcome in closed.body:
        order = f"/v1/trading/accounts/{account}/orders/{outcome['body']['id']}"
        await alpaca.until(order, "status", "filled")
    assert await alpaca.get(path) == []
    await assert_conserved(alpaca)


async def test_what_is_not_tradable_can_be_sold_and_not_bought(alpaca: LocalAlpaca) -> None:
    account = await alpaca.funded_account("100.00")
    bought = await alpaca.filled(account, notional="25.00")
    closing = {"symbol": "AAPL", "tradable": False}
    for body, tradable in (
        (closing, False),
        (closing | {"tradable": True}, True),
        (closing, False),
    ):
        path = "/v1/sandbox/assets"
        told = await alpaca.call("POST", path, body, host="/alpaca-data")
        assert told.body["tradable"] is tradable
        assert (await alpaca.get("/v1/assets/AAPL"))["tradable"] is tradable
    refused = await alpaca.order(account, notional="25.00")
    assert (refused.status, refused.body["message"]) == (422, 'asset "AAPL" is not tradable')
    await alpaca.filled(account, qty=bought["filled_qty"], side="sell")
    assert await alpaca.get(f"/v1/trading/accounts/{account}/positions") == []
    await assert_conserved(alpaca)
