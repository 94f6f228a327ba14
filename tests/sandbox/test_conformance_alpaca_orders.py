"""Alpaca's own client against the sandbox: every kind of order, and finding and changing them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

import pytest
from alpaca.broker.requests import (
    LimitOrderRequest,
    MarketOrderRequest,
    OrderRequest,
    StopLimitOrderRequest,
    StopOrderRequest,
    TrailingStopOrderRequest,
)
from alpaca.common.enums import Sort
from alpaca.trading.enums import (
    OrderClass,
    OrderSide,
    OrderStatus,
    OrderType,
    QueryOrderStatus,
    TimeInForce,
)
from alpaca.trading.requests import (
    GetOrderByIdRequest,
    GetOrdersRequest,
    ReplaceOrderRequest,
    StopLossRequest,
    TakeProfitRequest,
)

from sandbox.alpaca.settings import AlpacaSandboxSettings
from tests.sandbox.alpaca_sdk import Partner, open_partner

BUY: dict[str, Any] = {"side": OrderSide.BUY, "time_in_force": TimeInForce.DAY}
SELL: dict[str, Any] = {"side": OrderSide.SELL, "time_in_force": TimeInForce.DAY}


@pytest.fixture
async def partner() -> AsyncIterator[Partner]:
    async with open_partner() as opened:
        yield opened


def limit(price: float, **fields: Any) -> LimitOrderRequest:
    return LimitOrderRequest(**{"symbol": "KO", "qty": 1, "limit_price": price, **BUY, **fields})


async def test_a_purchase_takes_quantity_times_price_and_gives_the_position(
    partner: Partner,
) -> None:
    client, account = partner.client, await partner.funded("1000.00")
    placed = await partner.order(
        account, MarketOrderRequest(symbol="KO", qty=3, client_order_id="first", **BUY)
    )
    assert (placed.status, placed.filled_qty, placed.order_class) == (
        OrderStatus.ACCEPTED,
        "0",
        OrderClass.SIMPLE,
    )
    filled = await partner.ended(account, placed.id)
    assert (filled.filled_qty, filled.filled_avg_price) == ("3", "63.87")
    assert await partner.cash(account) == 1000 - 3 * Decimal("63.87")
    position = await partner.ask(client.get_open_position_for_account, account, "KO")
    assert (position.qty, position.cost_basis) == ("3", "191.61")
    found = await partner.ask(client.get_order_for_account_by_client_id, account, "first")
    assert found.id == placed.id
    twice = MarketOrderRequest(symbol="KO", qty=1, client_order_id="first", **BUY)
    refused = await partner.refused(client.submit_order_for_account, account, twice)
    assert refused == (422, 40010001, "client_order_id must be unique")


async def test_money_buys_fractions_and_never_more_than_its_worth(partner: Partner) -> None:
    account = await partner.funded("100.00")
    request = MarketOrderRequest(symbol="AAPL", notional=25, **BUY)
    placed = await partner.order(account, request)
    assert (placed.notional, placed.qty) == ("25.00", None)
    filled = await partner.ended(account, placed.id)
    assert filled.filled_qty == "0.131495897"
    spent = Decimal(100) - await partner.cash(account)
    worth = Decimal(filled.filled_qty) * Decimal(filled.filled_avg_price)
    assert spent == round(worth, 2) <= 25


@pytest.mark.parametrize(
    ("request_", "status", "code"),
    [
        (MarketOrderRequest(symbol="KO", notional=10.001, **BUY), 422, 42210000),
        (MarketOrderRequest(symbol="KO", notional=0.5, **BUY), 403, 40310000),
        (MarketOrderRequest(symbol="KO", notional=100.01, **BUY), 403, 40310000),
        (
            MarketOrderRequest(symbol="KO", qty=0.5, **{**BUY, "time_in_force": "gtc"}),
            422,
            42210000,
        ),
        (MarketOrderRequest(symbol="BRK.A", qty=0.0001, **BUY), 403, 40310000),
        (MarketOrderRequest(symbol="TWTR", qty=1, **BUY), 422, 42210000),
        (MarketOrderRequest(symbol="NOPE", qty=1, **BUY), 422, 42210000),
        (MarketOrderRequest(symbol="KO", qty=0.5, **SELL), 403, 40310000),
        (MarketOrderRequest(symbol="KO", qty=1, extended_hours=True, **BUY), 422, 42210000),
        (OrderRequest(symbol="KO", qty=1, type=OrderType.LIMIT, **BUY), 422, 40010001),
        (OrderRequest(symbol="KO", qty=1, type=OrderType.STOP, **BUY), 422, 40010001),
        (OrderRequest(symbol="KO", notional=9, type=OrderType.STOP, **BUY), 422, 42210000),
    ],
)
async def test_an_order_that_breaks_a_rule_is_refused_and_holds_nothing(
    partner: Partner, request_: OrderRequest, status: int, code: int
) -> None:
    account = await partner.funded("100.00")
    refused = await partner.refused(partner.client.submit_order_for_account, account, request_)
    assert refused[:2] == (status, code)
    shown = await partner.ask(partner.client.get_trade_account_by_id, account)
    assert shown.buying_power == "100"
    everything = GetOrdersRequest(status=QueryOrderStatus.ALL)
    assert await partner.ask(partner.client.get_orders_for_account, account, everything) == []


async def test_a_limit_order_waits_for_its_price_and_holds_what_it_may_cost(
    partner: Partner,
) -> None:
    client, account = partner.client, await partner.funded("100.00")
    placed = await partner.order(account, limit(60.0))
    await partner.ended(account, placed.id, "new")
    held = await partner.ask(client.get_trade_account_by_id, account)
    assert (held.cash, held.buying_power) == ("100", "40")
    await partner.control("prices", {"KO": "59.50"})
    filled = await partner.ended(account, placed.id)
    assert (filled.limit_price, filled.filled_avg_price) == ("60", "59.5")
    assert await partner.cash(account) == Decimal("40.5")


async def test_a_stop_sells_at_the_market_and_a_stop_limit_at_its_price_or_better(
    partner: Partner,
) -> None:
    account = await partner.funded("1000.00")
    await partner.bought(account, "KO", 4)
    stop = await partner.order(account, StopOrderRequest(symbol="KO", qty=2, stop_price=60, **SELL))
    bounded = await partner.order(
        account,
        StopLimitOrderRequest(symbol="KO", qty=2, stop_price=60, limit_price=59.8, **SELL),
    )
    assert (stop.stop_price, bounded.limit_price) == ("60", "59.8")
    await partner.ended(account, bounded.id, "new")
    await partner.control("prices", {"KO": "59.00"})
    sold = await partner.ended(account, stop.id)
    assert sold.filled_avg_price == "59"
    waiting = await partner.ask(partner.client.get_order_for_account_by_id, account, bounded.id)
    assert waiting.status == OrderStatus.NEW
    await partner.control("prices", {"KO": "59.80"})
    assert (await partner.ended(account, bounded.id)).filled_avg_price == "59.8"
    bought, first, second = 4 * Decimal("63.87"), 2 * Decimal(59), 2 * Decimal("59.8")
    assert await partner.cash(account) == 1000 - bought + first + second


async def test_a_trailing_stop_follows_the_best_price(partner: Partner) -> None:
    account = await partner.funded("1000.00")
    await partner.bought(account, "KO", 1)
    request = TrailingStopOrderRequest(symbol="KO", qty=1, trail_percent=10, **SELL)
    placed = await partner.order(account, request)
    assert (placed.hwm, placed.stop_price, placed.trail_percent) == ("63.87", "57.48", "10")
    await partner.ended(account, placed.id, "new")
    await partner.control("prices", {"KO": "80.00"})
    raised = await partner.until(
        lambda each: each.hwm == "80",
        partner.client.get_order_for_account_by_id,
        account,
        placed.id,
    )
    assert raised.stop_price == "72"
    await partner.control("prices", {"KO": "71.99"})
    assert (await partner.ended(account, placed.id)).filled_avg_price == "71.99"


async def test_a_large_order_fills_in_parts(partner: Partner) -> None:
    account = await partner.funded("30000.00")
    filled = await partner.bought(account, "SPY", 50)
    assert filled.filled_qty == "50"
    told = await partner.events(partner.client.get_trade_events)
    parts = [(each["event"], each["qty"]) for each in told if "fill" in each["event"]]
    assert parts == [("partial_fill", "25"), ("fill", "25")]
    assert [each["position_qty"] for each in told if "fill" in each["event"]] == ["25", "50"]
    assert await partner.cash(account) == 30000 - 50 * Decimal("548.99")


async def test_a_commission_is_charged_on_top_and_stands_on_the_statement(partner: Partner) -> None:
    account = await partner.funded("100.00")
    request = MarketOrderRequest(symbol="KO", qty=1, commission=1.25, **BUY)
    placed = await partner.order(account, request)
    filled = await partner.ended(account, placed.id)
    assert filled.commission == 1.25
    assert await partner.cash(account) == 100 - Decimal("63.87") - Decimal("1.25")
    (fee,) = await partner.alpaca.get("/v1/accounts/activities/FEE", account_id=str(account))
    assert fee["net_amount"] == "-1.25"
    assert partner.alpaca.broker.books()["income"] == "1.25"


async def test_orders_are_found_by_each_filter(partner: Partner) -> None:
    client, account = partner.client, await partner.funded("1000.00")
    bought = await partner.bought(account, "F", 10)
    low = await partner.order(account, limit(50.0))
    lower = await partner.order(account, limit(40.0, symbol="DIS"))
    high = await partner.order(account, limit(20.0, symbol="F", side=OrderSide.SELL))

    async def found(**fields: Any) -> list[UUID]:
        request = GetOrdersRequest(**fields)
        orders = await partner.ask(client.get_orders_for_account, account, request)
        return [each.id for each in orders]

    assert await found() == [high.id, lower.id, low.id]
    assert await found(status=QueryOrderStatus.CLOSED) == [bought.id]
    assert await found(status=QueryOrderStatus.ALL) == [high.id, lower.id, low.id, bought.id]
    assert await found(direction=Sort.ASC) == [low.id, lower.id, high.id]
    assert await found(side=OrderSide.SELL) == [high.id]
    assert await found(symbols=["DIS", "F"]) == [high.id, lower.id]
    assert await found(limit=2) == [high.id, lower.id]
    assert await found(after=low.submitted_at) == [high.id, lower.id]
    assert await found(until=high.submitted_at) == [lower.id, low.id]


async def test_pages_of_orders_visit_each_once(partner: Partner) -> None:
    client, account = partner.client, await partner.funded("1000.00")
    made = [(await partner.order(account, limit(10.0 + each))).id for each in range(5)]
    seen: list[UUID] = []
    until = None
    for _ in range(4):
        request = GetOrdersRequest(limit=2, until=until)
        page = await partner.ask(client.get_orders_for_account, account, request)
        if not page:
            break
        seen += [each.id for each in page]
        until = page[-1].submitted_at
    assert seen == made[::-1]


async def test_a_cancelled_order_frees_its_cash_and_a_filled_one_cannot_be_cancelled(
    partner: Partner,
) -> None:
    client, account = partner.client, await partner.funded("100.00")
    placed = await partner.order(account, limit(60.0))
    assert await partner.ask(client.cancel_order_for_account_by_id, account, placed.id) is None
    ended = await partner.ended(account, placed.id, "canceled")
    assert ended.canceled_at is not None
    shown = await partner.ask(client.get_trade_account_by_id, account)
    assert shown.buying_power == "100"
    filled = await partner.bought(account, "KO", 1)
    refused = await partner.refused(client.cancel_order_for_account_by_id, account, filled.id)
    assert refused[:2] == (422, 42210000)
    unknown = uuid5(account, "nothing")
    refused = await partner.refused(client.cancel_order_for_account_by_id, account, unknown)
    assert refused[:2] == (404, 40410000)


async def test_all_orders_are_cancelled_at_once(partner: Partner) -> None:
    client, account = partner.client, await partner.funded("100.00")
    made = [(await partner.order(account, limit(price))).id for price in (10.0, 20.0, 30.0)]
    answers = await partner.ask(client.cancel_orders_for_account, account)
    assert {each.id: each.status for each in answers} == dict.fromkeys(made, 200)
    await partner.until(
        lambda found: found == [], client.get_orders_for_account, account, GetOrdersRequest()
    )
    shown = await partner.ask(client.get_trade_account_by_id, account)
    assert shown.buying_power == "100"


async def test_a_replaced_order_ends_and_its_successor_holds_instead(partner: Partner) -> None:
    client, account = partner.client, await partner.funded("100.00")
    placed = await partner.order(account, limit(30.0))
    change = ReplaceOrderRequest(qty=2, limit_price=40.0, client_order_id="better")
    successor = await partner.ask(
        client.replace_order_for_account_by_id, account, placed.id, change
    )
    assert (successor.qty, successor.limit_price, successor.replaces) == ("2", "40", placed.id)
    replaced = await partner.ended(account, placed.id, "replaced")
    assert replaced.replaced_by == successor.id
    shown = await partner.ask(client.get_trade_account_by_id, account)
    assert shown.buying_power == "20"
    too_dear = ReplaceOrderRequest(limit_price=51.0)
    refused = await partner.refused(
        client.replace_order_for_account_by_id, account, successor.id, too_dear
    )
    assert refused[:2] == (403, 40310000)
    by_money = await partner.order(account, limit(30.0, qty=None, notional=10))
    refused = await partner.refused(
        client.replace_order_for_account_by_id, account, by_money.id, change
    )
    assert refused[0] == 422


async def test_nobody_trades_with_himself(partner: Partner) -> None:
    client, account = partner.client, await partner.funded("200.00")
    await partner.bought(account, "KO", 1)
    asking = await partner.order(account, limit(70.0, side=OrderSide.SELL))
    crossing = await partner.refused(client.submit_order_for_account, account, limit(70.0))
    assert crossing[:2] == (403, 40310000)
    assert crossing[2].startswith("potential wash trade detected")
    apart = await partner.order(account, limit(69.0))
    assert {asking.status, apart.status} == {OrderStatus.ACCEPTED}


async def test_a_bracket_protects_what_it_bought_and_one_exit_ends_the_other(
    partner: Partner,
) -> None:
    client, account = partner.client, await partner.funded("1000.00")
    request = MarketOrderRequest(
        symbol="KO",
        qty=2,
        order_class=OrderClass.BRACKET,
        take_profit=TakeProfitRequest(limit_price=70),
        stop_loss=StopLossRequest(stop_price=60, limit_price=59),
        **BUY,
    )
    entry = await partner.order(account, request)
    profit, loss = entry.legs
    assert (profit.status, loss.status) == (OrderStatus.HELD, OrderStatus.HELD)
    await partner.ended(account, entry.id)
    await partner.ended(account, profit.id, "new")
    await partner.ended(account, loss.id, "new")
    shares = await partner.ask(client.get_open_position_for_account, account, "KO")
    assert (shares.qty, shares.qty_available) == ("2", "0")
    nested = GetOrdersRequest(status=QueryOrderStatus.ALL, nested=True)
    (tree,) = await partner.ask(client.get_orders_for_account, account, nested)
    assert [leg.id for leg in tree.legs] == [profit.id, loss.id]
    flat = GetOrdersRequest(status=QueryOrderStatus.ALL)
    assert len(await partner.ask(client.get_orders_for_account, account, flat)) == 3
    one = await partner.ask(
        client.get_order_for_account_by_id, account, entry.id, GetOrderByIdRequest(nested=True)
    )
    assert len(one.legs) == 2
    await partner.control("prices", {"KO": "71.00"})
    sold = await partner.ended(account, profit.id)
    assert sold.filled_avg_price == "71"
    await partner.ended(account, loss.id, "canceled")
    assert await partner.ask(client.get_all_positions_for_account, account) == []
    assert await partner.cash(account) == 1000 + 2 * (Decimal(71) - Decimal("63.87"))


async def test_an_entry_that_is_cancelled_takes_its_exits_along(partner: Partner) -> None:
    client, account = partner.client, await partner.funded("100.00")
    request = limit(60.0, order_class=OrderClass.OTO, stop_loss=StopLossRequest(stop_price=50))
    entry = await partner.order(account, request)
    (leg,) = entry.legs
    await partner.ask(client.cancel_order_for_account_by_id, account, entry.id)
    await partner.ended(account, entry.id, "canceled")
    await partner.ended(account, leg.id, "canceled")
    shown = await partner.ask(client.get_trade_account_by_id, account)
    assert shown.buying_power == "100"


async def test_one_cancels_the_other(partner: Partner) -> None:
    account = await partner.funded("100.00")
    await partner.bought(account, "KO", 1)
    exits = LimitOrderRequest(
        symbol="KO",
        qty=1,
        order_class=OrderClass.OCO,
        take_profit=TakeProfitRequest(limit_price=70),
        stop_loss=StopLossRequest(stop_price=60),
        **SELL,
    )
    profit = await partner.order(account, exits)
    (loss,) = profit.legs
    await partner.ended(account, loss.id, "new")
    await partner.control("prices", {"KO": "58.00"})
    assert (await partner.ended(account, loss.id)).filled_avg_price == "58"
    await partner.ended(account, profit.id, "canceled")
    assert await partner.cash(account) == 100 - Decimal("63.87") + 58
    wrong = exits.model_copy(update={"stop_loss": StopLossRequest(stop_price=75)})
    refused = await partner.refused(partner.client.submit_order_for_account, account, wrong)
    assert refused[0] == 422


async def test_an_estimate_leaves_no_trace(partner: Partner) -> None:
    client, account = partner.client, await partner.funded("100.00")
    sent = {"symbol": "KO", "notional": "50", "side": "buy", "type": "market"}
    path = f"/trading/accounts/{account}/orders"
    guessed = await partner.ask(client.post, f"{path}/estimation", {**sent, "time_in_force": "day"})
    assert (guessed["filled_qty"], guessed["filled_avg_price"]) == ("0.782840144", "63.87")
    everything = GetOrdersRequest(status=QueryOrderStatus.ALL)
    assert await partner.ask(client.get_orders_for_account, account, everything) == []
    assert await partner.cash(account) == Decimal(100)


async def test_orders_keep_the_market_s_hours_and_holidays() -> None:
    settings = AlpacaSandboxSettings(market_always_open=False)
    async with open_partner(settings, start=datetime(2026, 7, 2, 15, tzinfo=UTC)) as partner:
        account = await partner.funded("1000.00")
        partner.alpaca.world.clock.set_speed(0)
        resting = await partner.order(account, limit(60.0))
        early = limit(64.0, extended_hours=True)
        # Friday the 3rd is the observed holiday, so the next session is Monday.
        partner.advance_to(datetime(2026, 7, 2, 21, tzinfo=UTC))
        expired = await partner.ask(partner.client.get_order_for_account_by_id, account, resting.id)
        assert expired.status == OrderStatus.EXPIRED
        waiting = await partner.order(account, MarketOrderRequest(symbol="F", qty=1, **BUY))
        evening = await partner.order(account, early)
        partner.alpaca.world.clock.advance(10)
        assert (await partner.ended(account, evening.id)).filled_qty == "1"
        partner.advance_to(datetime(2026, 7, 6, 13, 29, tzinfo=UTC))
        still = await partner.ask(partner.client.get_order_for_account_by_id, account, waiting.id)
        assert still.status == OrderStatus.ACCEPTED
        partner.alpaca.world.clock.advance(120)
        assert (await partner.ended(account, waiting.id)).filled_qty == "1"
