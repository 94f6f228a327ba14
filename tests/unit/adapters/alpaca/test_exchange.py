from __future__ import annotations

from datetime import UTC, datetime

import orjson
import pytest

from adapters.alpaca.exchange import AlpacaExchange
from adapters.http.message import Response
from domain.money import USD, Asset, Money
from domain.processes.facts.trading import OrderStatus
from domain.quantity import Price
from domain.trading.last_trade import LastTrade
from domain.trading.order import OrderTerms, OrderType, Side
from ports.errors import ProviderOutcomeUnknown, ProviderRejected, ProviderUnavailable
from tests.unit.adapters.alpaca.scripted_client import REFERENCE, no, ok, order, scripted

MARKET = OrderTerms(
    symbol="AAPL", side=Side.BUY, type=OrderType.MARKET, notional=Money.of("25.10", USD)
)
LIMIT = OrderTerms(
    symbol="AAPL",
    side=Side.SELL,
    type=OrderType.LIMIT,
    quantity=Money.of("10.500", Asset.share("AAPL")),
    limit_price=Price.of("190.50"),
)
DUPLICATE = no(422, "client_order_id must be unique")


@pytest.mark.parametrize(
    ("terms", "sent"),
    [
        (MARKET, {"side": "buy", "type": "market", "notional": "25.10"}),
        (LIMIT, {"side": "sell", "type": "limit", "qty": "10.5", "limit_price": "190.5"}),
    ],
)
async def test_terms_become_a_day_order_with_plain_decimals(
    terms: OrderTerms, sent: dict[str, str]
) -> None:
    client, transport = scripted(ok(order()))
    await AlpacaExchange.over(client).place(REFERENCE, account_id="a", terms=terms, attempt=1)
    same = {"client_order_id": REFERENCE, "symbol": "AAPL", "time_in_force": "day"}
    assert orjson.loads(transport.requests[0].body or b"") == same | sent


async def test_whole_shares_keep_their_zeroes() -> None:
    client, transport = scripted(ok(order()))
    ten = OrderTerms(
        symbol="AAPL",
        side=Side.BUY,
        type=OrderType.MARKET,
        quantity=Money.of("10", Asset.share("AAPL")),
    )
    await AlpacaExchange.over(client).place(REFERENCE, account_id="a", terms=ten, attempt=1)
    assert orjson.loads(transport.requests[0].body or b"")["qty"] == "10"


async def test_a_used_client_order_id_is_the_lost_answer() -> None:
    client, transport = scripted(DUPLICATE, ok(order()))
    placed = await AlpacaExchange.over(client).place(
        REFERENCE, account_id="a", terms=MARKET, attempt=1
    )
    assert placed.provider_id == "o-1"
    assert transport.requests[-1].url.endswith("/a/orders:by_client_order_id")


async def test_a_used_client_order_id_without_an_order_is_an_open_question() -> None:
    client, _ = scripted(DUPLICATE, no(404))
    with pytest.raises(ProviderOutcomeUnknown):
        await AlpacaExchange.over(client).place(REFERENCE, account_id="a", terms=MARKET, attempt=1)


async def test_any_other_422_is_a_refusal() -> None:
    client, _ = scripted(no(422, "notional value must be limited to 2 decimal places"))
    with pytest.raises(ProviderRejected):
        await AlpacaExchange.over(client).place(REFERENCE, account_id="a", terms=MARKET, attempt=1)


async def test_a_second_try_looks_first_and_a_refused_look_decides_nothing() -> None:
    client, transport = scripted(no(403))
    with pytest.raises(ProviderOutcomeUnknown):
        await AlpacaExchange.over(client).place(REFERENCE, account_id="a", terms=MARKET, attempt=2)
    assert [request.method for request in transport.requests] == ["GET"]


@pytest.mark.parametrize("status", [404, 422])
async def test_an_order_that_cannot_be_cancelled_any_more_is_left_alone(status: int) -> None:
    client, transport = scripted(ok(order(status="new")), no(status), ok(order()))
    report = await AlpacaExchange.over(client).cancel(REFERENCE, account_id="a")
    assert report.status is OrderStatus.FILLED
    assert [request.method for request in transport.requests] == ["GET", "DELETE", "GET"]


@pytest.mark.parametrize("answers", [[no(404)], [ok(order(status="new")), no(204), no(404)]])
async def test_an_order_that_cannot_be_found_is_not_taken_for_cancelled(
    answers: list[Response],
) -> None:
    client, _ = scripted(*answers)
    with pytest.raises(ProviderUnavailable):
        await AlpacaExchange.over(client).cancel(REFERENCE, account_id="a")


async def test_a_cancellation_that_is_forbidden_is_not_overlooked() -> None:
    client, _ = scripted(ok(order(status="new")), no(403))
    with pytest.raises(ProviderRejected):
        await AlpacaExchange.over(client).cancel(REFERENCE, account_id="a")


async def test_a_replaced_order_is_followed_and_its_successor_is_cancelled() -> None:
    first = order(
        status="replaced", replaced_by="o-2", filled_qty="1", filled_avg_price="3", side="buy"
    )
    second = order(id="o-2", client_order_id="by hand", filled_qty="2", filled_avg_price="6")
    working = second | {"status": "partially_filled"}
    ended = second | {"status": "canceled"}
    client, transport = scripted(
        ok(first), ok(working), Response(status=204, headers={}, body=b""), ok(first), ok(ended)
    )
    report = await AlpacaExchange.over(client).cancel(REFERENCE, account_id="a")
    assert (report.reference, report.provider_id) == (REFERENCE, "o-2")
    assert (report.status, report.filled.decimal) == (OrderStatus.CANCELED, "3.000000000")
    assert report.average_price == Price.of("5")
    assert transport.requests[2].url.endswith("/orders/o-2")


async def test_a_successor_that_cannot_be_found_yet_is_looked_for_again() -> None:
    client, _ = scripted(ok(order(status="replaced", replaced_by="o-2")), no(404))
    with pytest.raises(ProviderUnavailable):
        await AlpacaExchange.over(client).find_order(REFERENCE, account_id="a")


async def test_a_replaced_order_without_a_successor_is_told_as_replaced() -> None:
    client, _ = scripted(ok(order(status="replaced")))
    report = await AlpacaExchange.over(client).find_order(REFERENCE, account_id="a")
    assert report is not None
    assert report.status is OrderStatus.REPLACED


async def test_what_cannot_be_traded_now_is_an_instrument_too() -> None:
    asset = {"symbol": "AAPL", "name": "Apple", "exchange": "NASDAQ", "fractionable": True}
    assets = [asset | {"tradable": True}, asset | {"symbol": "OLD", "tradable": False}]
    client, _ = scripted(ok(assets))
    instruments = await AlpacaExchange.over(client).instruments()
    assert [(each.symbol, each.tradable) for each in instruments] == [
        ("AAPL", True),
        ("OLD", False),
    ]


async def test_last_trades_come_from_the_data_host_in_one_call_with_their_time() -> None:
    trade = {"p": 190.1, "t": "2026-01-05T15:00:00.123456789Z"}
    client, transport = scripted(ok({"trades": {"AAPL": trade}}))
    trades = await AlpacaExchange.over(client).last_trades(["AAPL", "NOSUCH"])
    at = datetime(2026, 1, 5, 15, 0, 0, 123456, UTC)
    assert trades == {"AAPL": LastTrade(price=Price.of("190.1"), at=at)}
    assert transport.requests[0].url.startswith("http://d/")
    assert transport.requests[0].params == {"symbols": "AAPL,NOSUCH"}


NOT_CANCELABLE = no(422, "order is not cancelable")


@pytest.mark.parametrize(
    "status", ["pending_new", "pending_replace", "new", "never heard of", "partially_filled"]
)
async def test_an_order_that_cannot_be_cancelled_yet_must_be_asked_again(status: str) -> None:
    client, transport = scripted(ok(order(status=status)), NOT_CANCELABLE, ok(order(status=status)))
    with pytest.raises(ProviderUnavailable):
        await AlpacaExchange.over(client).cancel(REFERENCE, account_id="a")
    assert [request.operation for request in transport.requests] == [
        "find_order",
        "cancel_order",
        "find_order",
    ]


@pytest.mark.parametrize("status", ["filled", "canceled", "rejected", "expired"])
async def test_an_order_that_has_ended_meanwhile_is_not_asked_again(status: str) -> None:
    client, transport = scripted(ok(order(status="new")), NOT_CANCELABLE, ok(order(status=status)))
    await AlpacaExchange.over(client).cancel(REFERENCE, account_id="a")
    assert [request.operation for request in transport.requests] == [
        "find_order",
        "cancel_order",
        "find_order",
    ]
