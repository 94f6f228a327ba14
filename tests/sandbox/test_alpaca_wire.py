from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import aiohttp
import pytest

from sandbox.alpaca.settings import AlpacaSandboxSettings
from tests.sandbox.local_alpaca import LocalAlpaca, open_local_alpaca

FAR_BACK = "2020-01-01T00:00:00Z"


@pytest.fixture
async def alpaca() -> AsyncIterator[LocalAlpaca]:
    async with open_local_alpaca() as opened:
        yield opened


async def test_a_stream_replays_after_the_last_event_seen(alpaca: LocalAlpaca) -> None:
    await alpaca.open_account()
    first, second, third = await alpaca.events("/v1/events/accounts/status", 3, since=FAR_BACK)
    again = await alpaca.events("/v1/events/accounts/status", 2, since_id=first["event_ulid"])
    assert again == [second, third]
    by_number = await alpaca.events(
        "/v1/events/accounts/status", 1, since_id=str(second["event_id"])
    )
    assert by_number == [third]
    ids = [each["event_ulid"] for each in (first, second, third)]
    assert ids == sorted(ids)


async def test_a_stream_with_an_end_closes(alpaca: LocalAlpaca) -> None:
    await alpaca.open_account()
    until = alpaca.world.clock.stamp()
    told = await alpaca.events("/v1/events/accounts/status", 99, since=FAR_BACK, until=until)
    assert len(told) == 3
    bounded = await alpaca.events(
        "/v1/events/accounts/status",
        99,
        since_id=told[0]["event_ulid"],
        until_id=told[1]["event_ulid"],
    )
    assert bounded == told[1:2]


async def test_a_stream_without_a_start_is_live(alpaca: LocalAlpaca) -> None:
    await alpaca.open_account("early@example.org")
    is_open = asyncio.Event()
    path = "/v1/events/accounts/status"
    reading = asyncio.create_task(alpaca.events(path, 1, is_open=is_open))
    await is_open.wait()
    late = await alpaca.open_account("late@example.org")
    (event,) = await reading
    assert (event["account_id"], event["status_to"]) == (late, "SUBMITTED")


async def test_streams_end_when_the_server_stops() -> None:
    async with open_local_alpaca() as alpaca:
        is_open = asyncio.Event()
        reading = asyncio.create_task(alpaca.events("/v2/events/trades", 1, is_open=is_open))
        await is_open.wait()
        alpaca.broker.close()
        assert await reading == []


async def test_refusals_are_json_everywhere(alpaca: LocalAlpaca) -> None:
    unknown = await alpaca.call("GET", "/v1/nowhere")
    assert (unknown.status, unknown.body["code"]) == (404, 40400000)
    method = await alpaca.call("PUT", "/v1/accounts")
    assert (method.status, method.body["code"]) == (405, 40500000)
    garbled = await alpaca.call("POST", "/v1/accounts", data=b"{")
    assert (garbled.status, garbled.body["code"]) == (400, 40010000)
    anonymous = await alpaca.call("GET", "/v1/accounts", headers={"Authorization": ""})
    assert (anonymous.status, anonymous.body["code"]) == (401, 40110000)


async def test_a_token_opens_the_door_and_wrong_credentials_do_not() -> None:
    settings = AlpacaSandboxSettings(api_keys=(("key", "secret"),))
    async with open_local_alpaca(settings) as alpaca:
        form = {"grant_type": "client_credentials", "client_id": "key", "client_secret": "secret"}
        issued = await alpaca.call("POST", "/v1/oauth2/token", host="/alpaca-auth", data=form)
        bearer = {"Authorization": f"Bearer {issued.body['access_token']}"}
        assert (await alpaca.call("GET", "/v1/accounts", headers=bearer)).status == 200
        stranger = {"Authorization": aiohttp.encode_basic_auth("key", "wrong")}
        assert (await alpaca.call("GET", "/v1/accounts", headers=stranger)).status == 401
        form["client_secret"] = "wrong"
        refused = await alpaca.call("POST", "/v1/oauth2/token", host="/alpaca-auth", data=form)
        assert refused.status == 401


async def test_the_market_answers_with_numbers_and_hours(alpaca: LocalAlpaca) -> None:
    trades = await alpaca.call(
        "GET", "/v2/stocks/trades/latest", host="/alpaca-data", params={"symbols": "AAPL,NOPE"}
    )
    assert {symbol: trade["p"] for symbol, trade in trades.body["trades"].items()} == {
        "AAPL": 190.12
    }
    quote = await alpaca.call("GET", "/v2/stocks/AAPL/quotes/latest", host="/alpaca-data")
    assert quote.body["quote"]["bp"] < 190.12 < quote.body["quote"]["ap"]
    assert (await alpaca.get("/v1/clock"))["is_open"] is True
    week = await alpaca.get("/v1/calendar", start="2026-03-02", end="2026-03-08")
    assert [day["date"] for day in week] == [f"2026-03-0{day}" for day in range(2, 7)]
    asset = await alpaca.get("/v1/assets/AAPL")
    assert (await alpaca.get(f"/v1/assets/{asset['id']}"))["symbol"] == "AAPL"


async def test_an_order_waits_for_the_opening_bell() -> None:
    settings = AlpacaSandboxSettings(market_always_open=False)
    saturday = datetime(2026, 3, 7, 12, tzinfo=UTC)
    async with open_local_alpaca(settings, start=saturday) as alpaca:
        account = await alpaca.funded_account("100.00")
        clock = await alpaca.get("/v1/clock")
        assert (clock["is_open"], clock["next_open"]) == (False, "2026-03-09T09:30:00-04:00")
        placed = (await alpaca.order(account, notional="10.00")).body
        path = f"/v1/trading/accounts/{account}/orders/{placed['id']}"
        alpaca.world.clock.advance(24 * 3600)
        assert (await alpaca.get(path))["status"] == "accepted"
        alpaca.world.clock.advance(26 * 3600)
        await alpaca.until(path, "status", "filled")


async def test_an_unfilled_day_order_expires_at_the_close() -> None:
    settings = AlpacaSandboxSettings(market_always_open=False)
    monday = datetime(2026, 3, 9, 15, tzinfo=UTC)
    async with open_local_alpaca(settings, start=monday) as alpaca:
        account = await alpaca.funded_account("100.00")
        limit = {"symbol": "KO", "qty": "1", "type": "limit", "limit_price": "60.00"}
        placed = (await alpaca.order(account, **limit)).body
        path = f"/v1/trading/accounts/{account}/orders/{placed['id']}"
        await alpaca.until(path, "status", "new")
        alpaca.world.clock.advance(8 * 3600)
        await alpaca.until(path, "status", "expired")
        trading = await alpaca.get(f"/v1/trading/accounts/{account}/account")
        assert trading["buying_power"] == "100"


@pytest.mark.parametrize(
    "path",
    [
        "/v2/stocks/trades/latest?symbols=AAPL&limit=5",
        "/v2/stocks/AAPL/quotes/latest?symbols=AAPL",
        "/v2/stocks/snapshots?symbols=AAPL&no_such=1",
        "/v2/stocks/AAPL/bars?timeframe=1Day&no_such=1",
    ],
)
async def test_market_data_refuses_a_parameter_that_it_does_not_know(
    alpaca: LocalAlpaca, path: str
) -> None:
    refused = await alpaca.call("GET", path, host="/alpaca-data")
    assert refused.status == 400
    assert refused.body["message"].startswith("unexpected query parameter(s): ")
