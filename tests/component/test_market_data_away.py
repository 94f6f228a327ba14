"""Market data and the broker's list are optional: what does not depend on them is possible without."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import attrs
import pytest

from domain.trading.instrument import Instrument
from ports.errors import ProviderError, ProviderRejected, ProviderUnavailable
from tests.component.investor import Investor

AWAY = ProviderUnavailable("away", provider="alpaca", operation="latest_trades")
REFUSED = ProviderRejected("HTTP 400", provider="alpaca", operation="latest_trades")
BUY = {"symbol": "AAPL", "side": "buy", "type": "market"}
SELL = BUY | {"side": "sell"}
LISTED = Instrument(symbol="AAPL", name="A", exchange="X", tradable=True, fractionable=True)

failures = pytest.mark.parametrize("failure", [AWAY, REFUSED], ids=["503", "400"])


@pytest.fixture
async def owner(ada: Investor) -> Investor:
    """Has 2 AAPL."""
    await ada.funded("3000.00")
    await ada.bought("2")
    return ada


@pytest.mark.situation(
    "market data is away", must="a portfolio shows what is known, and how old it is"
)
@failures
async def test_a_portfolio_shows_what_is_known(owner: Investor, failure: ProviderError) -> None:
    seen = await owner.get("/v1/portfolio")
    assert seen["unpriced"] == seen["stale"] == []
    assert not seen["positions"][0]["is_stale"]
    owner.world.exchange.market_data_failure = failure
    owner.world.exchange.quote("AAPL", "1.00")
    later = await owner.get("/v1/portfolio")
    (position,) = later["positions"]
    assert position == seen["positions"][0] | {"is_stale": True}
    assert (later["total"], later["stale"], later["unpriced"]) == (seen["total"], ["AAPL"], [])


@failures
async def test_without_any_price_the_total_says_what_it_leaves_out(
    owner: Investor, failure: ProviderError
) -> None:
    owner.world.exchange.market_data_failure = failure
    found = await owner.get("/v1/portfolio")
    (position,) = found["positions"]
    unknown = {"price": None, "price_at": None, "is_stale": False, "value": None}
    assert position == {"symbol": "AAPL", "quantity": "2.000000000"} | unknown
    assert found["unpriced"] == ["AAPL"]
    assert found["total"]["value"] == found["cash"]["available"]


@pytest.mark.situation("market data refuses one symbol of many", must="the others have their price")
async def test_a_symbol_that_is_refused_costs_only_its_own_price(owner: Investor) -> None:
    await owner.bought("1", symbol="MSFT")
    await owner.bought("1", symbol="VTI")
    owner.world.exchange.refused_symbols.add("MSFT")
    found = await owner.get("/v1/portfolio")
    priced = {each["symbol"] for each in found["positions"] if each["price"]}
    assert (priced, found["unpriced"]) == ({"AAPL", "VTI"}, ["MSFT"])


@pytest.mark.situation(
    "market data is away", must="limit orders, sales and cancellations go through"
)
@failures
@pytest.mark.parametrize(
    "terms",
    [
        BUY | {"notional": "10.00"},
        BUY | {"type": "limit", "quantity": "1", "limit_price": "100.00"},
        SELL | {"quantity": "0.5"},
        SELL | {"type": "limit", "quantity": "0.5", "limit_price": "100.00"},
    ],
)
async def test_what_needs_no_price_goes_through(
    owner: Investor, failure: ProviderError, terms: dict[str, Any]
) -> None:
    owner.world.exchange.market_data_failure = failure
    order = await owner.post("/v1/orders", terms)
    await owner.world.run_jobs()
    cancelled = await owner.post(f"/v1/orders/{order['id']}/cancel", None)
    assert cancelled["stage"] == "cancel_requested"


@failures
@pytest.mark.parametrize("terms", [BUY | {"quantity": "1"}, SELL | {"notional": "10.00"}])
async def test_what_needs_a_price_is_refused_for_now(
    owner: Investor, failure: ProviderError, terms: dict[str, Any]
) -> None:
    owner.world.exchange.market_data_failure = failure
    status, problem = await owner.ask("POST", "/v1/orders", terms)
    assert (status, problem["code"], problem["retryable"]) == (503, "ERR_5308", True)


@pytest.mark.situation(
    "the last trade is months old", must="shown as stale, and nothing is reserved by it"
)
async def test_an_old_trade_is_stale(owner: Investor) -> None:
    owner.world.exchange.trade_ages["AAPL"] = timedelta(days=4, seconds=1)
    found = await owner.get("/v1/portfolio")
    assert found["stale"] == ["AAPL"]
    for terms in (BUY | {"quantity": "1"}, SELL | {"notional": "10.00"}):
        assert await owner.refused("POST", "/v1/orders", terms) == (422, "ERR_5306", None)
    await owner.post("/v1/orders", SELL | {"quantity": "0.0001"})
    owner.world.exchange.trade_ages["AAPL"] = timedelta(days=3, hours=23)
    assert (await owner.get("/v1/portfolio"))["stale"] == []
    await owner.post("/v1/orders", BUY | {"quantity": "1"})


@pytest.mark.situation("shares are taken off the exchange", must="they can be sold and not bought")
@pytest.mark.parametrize("change", [{"tradable": False}, {"fractionable": False}, None])
async def test_shares_that_cannot_be_bought_can_be_sold(
    owner: Investor, change: dict[str, Any] | None
) -> None:
    exchange = owner.world.exchange
    if change is None:
        exchange.unlisted.add("AAPL")
    else:
        exchange.listed_as["AAPL"] = attrs.evolve(LISTED, **change)
    owner.world.advance(601)
    status, _, _ = await owner.refused("POST", "/v1/orders", BUY | {"quantity": "0.5"})
    assert status == 422
    assert (await owner.get("/v1/portfolio"))["positions"][0]["symbol"] == "AAPL"
    for terms in (
        SELL | {"quantity": "1.5"},
        SELL | {"notional": "10.00"},
        SELL | {"type": "limit", "quantity": "0.2", "limit_price": "150.00"},
    ):
        await owner.post("/v1/orders", terms)


async def test_what_is_neither_owned_nor_listed_is_unknown(owner: Investor) -> None:
    body = SELL | {"symbol": "NONE", "quantity": "1"}
    assert await owner.refused("POST", "/v1/orders", body) == (422, "ERR_5301", "symbol")


@pytest.mark.situation("the broker's list cannot be had", must="the last one is used, and says so")
async def test_the_last_list_is_used_while_the_broker_is_away(owner: Investor) -> None:
    assert not (await owner.get("/v1/assets"))["items"][0]["is_stale"]
    owner.world.exchange.listing_failure = AWAY
    owner.world.advance(3600)
    await owner.back_again()
    items = (await owner.get("/v1/assets"))["items"]
    assert all(item["is_stale"] for item in items)
    await owner.post("/v1/orders", BUY | {"notional": "10.00"})
    owner.world.advance(86_400)
    await owner.back_again()
    assert await owner.refused("GET", "/v1/assets") == (503, "ERR_6102", None)
    await owner.post("/v1/orders", SELL | {"quantity": "0.5"})


@pytest.mark.situation(
    "the broker refuses what the list allows, or the reverse", must="the list is read again once"
)
async def test_the_list_is_contradicted_by_a_refusal(owner: Investor) -> None:
    exchange = owner.world.exchange
    await owner.get("/v1/assets")
    exchange.listed_as["AAPL"] = attrs.evolve(LISTED, tradable=False)
    exchange.faults.refuse("asset AAPL is not tradable")
    first = await owner.post("/v1/orders", BUY | {"notional": "10.00"})
    await owner.world.run_jobs()
    assert (await owner.get(f"/v1/orders/{first['id']}"))["stage"] == "rejected"
    refused = await owner.refused("POST", "/v1/orders", BUY | {"notional": "10.00"})
    assert refused == (422, "ERR_5301", "symbol")

    exchange.listed_as["AAPL"] = LISTED
    owner.world.advance(61)
    await owner.post("/v1/orders", BUY | {"notional": "10.00"})
    exchange.quote("NEW", "10.00")
    owner.world.advance(61)
    assert (await owner.get("/v1/assets/NEW"))["tradable"]
