"""Alpaca's own clients against the sandbox: assets, hours, announcements, lists and market data."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid5

import pytest
from alpaca.common.exceptions import APIError
from alpaca.data.enums import DataFeed
from alpaca.data.historical import StockHistoricalDataClient
from alpaca.data.requests import (
    StockBarsRequest,
    StockLatestBarRequest,
    StockLatestQuoteRequest,
    StockLatestTradeRequest,
    StockQuotesRequest,
    StockSnapshotRequest,
    StockTradesRequest,
)
from alpaca.data.timeframe import TimeFrame
from alpaca.trading.enums import (
    AssetExchange,
    AssetStatus,
    CorporateActionDateType,
    CorporateActionType,
)
from alpaca.trading.requests import (
    CreateWatchlistRequest,
    GetAssetsRequest,
    GetCalendarRequest,
    GetCorporateAnnouncementsRequest,
    UpdateWatchlistRequest,
)

from sandbox.alpaca.settings import AlpacaSandboxSettings
from tests.sandbox.alpaca_sdk import Partner, open_partner

Minute = tuple[int, int, int, int, int]

THURSDAY = datetime(2026, 3, 5, 15, tzinfo=UTC)


@pytest.fixture
async def partner() -> AsyncIterator[Partner]:
    async with open_partner(start=THURSDAY) as opened:
        yield opened


@pytest.fixture
def data(partner: Partner) -> Iterator[StockHistoricalDataClient]:
    url = f"{partner.alpaca.root}/alpaca-data"
    client = StockHistoricalDataClient("key", "secret", url_override=url)
    yield client
    client._session.close()


async def test_assets_are_found_by_status_exchange_attribute_symbol_and_id(
    partner: Partner,
) -> None:
    client = partner.client
    every = await partner.ask(client.get_all_assets)
    inactive = await partner.ask(
        client.get_all_assets, GetAssetsRequest(status=AssetStatus.INACTIVE)
    )
    assert [(each.symbol, each.tradable) for each in inactive] == [("TWTR", False)]
    active = await partner.ask(client.get_all_assets, GetAssetsRequest(status=AssetStatus.ACTIVE))
    assert len(active) == len(every) - 1
    arca = await partner.ask(client.get_all_assets, GetAssetsRequest(exchange=AssetExchange.ARCA))
    assert {each.symbol for each in arca} == {"SPY", "VOO", "VTI", "SCHD", "GLD", "VNQ"}
    whole = [each.symbol for each in every if not each.fractionable]
    fractional = GetAssetsRequest(attributes="fractional_eh_enabled")
    parts = await partner.ask(client.get_all_assets, fractional)
    assert whole == ["BRK.A"]
    assert len(parts) == len(every) - 1
    asset = await partner.ask(client.get_asset, "AAPL")
    assert await partner.ask(client.get_asset, asset.id) == asset
    assert (await partner.refused(client.get_asset, "NOPE"))[:2] == (404, 40410000)


@pytest.mark.parametrize(
    ("moment", "is_open", "opens", "closes"),
    [
        ((2026, 3, 5, 15, 0), True, (2026, 3, 6, 14, 30), (2026, 3, 5, 21, 0)),
        ((2026, 3, 5, 22, 0), False, (2026, 3, 6, 14, 30), (2026, 3, 6, 21, 0)),
        ((2026, 7, 3, 15, 0), False, (2026, 7, 6, 13, 30), (2026, 7, 6, 20, 0)),
        ((2026, 11, 27, 17, 59), True, (2026, 11, 30, 14, 30), (2026, 11, 27, 18, 0)),
        ((2026, 11, 27, 18, 0), False, (2026, 11, 30, 14, 30), (2026, 11, 30, 21, 0)),
    ],
)
async def test_the_clock_knows_hours_holidays_and_short_days(
    *,
    moment: Minute,
    is_open: bool,
    opens: Minute,
    closes: Minute,
) -> None:
    start = datetime(*moment, tzinfo=UTC)
    settings = AlpacaSandboxSettings(market_always_open=False)
    async with open_partner(settings, start=start) as partner:
        partner.alpaca.world.clock.set_speed(0)
        partner.alpaca.world.clock._rebase(start)
        clock = await partner.ask(partner.client.get_clock)
        assert (clock.timestamp, clock.is_open) == (start, is_open)
        assert clock.next_open == datetime(*opens, tzinfo=UTC)
        assert clock.next_close == datetime(*closes, tzinfo=UTC)


async def test_the_calendar_leaves_holidays_out_and_shortens_eves(partner: Partner) -> None:
    request = GetCalendarRequest(start=date(2026, 11, 23), end=date(2026, 12, 28))
    days = {each.date: each for each in await partner.ask(partner.client.get_calendar, request)}
    assert date(2026, 11, 26) not in days
    assert date(2026, 12, 25) not in days
    assert date(2026, 11, 28) not in days
    assert len(days) == 24
    short = [day for day, each in days.items() if each.close.hour == 13]
    assert short == [date(2026, 11, 27), date(2026, 12, 24)]
    assert {f"{each.open:%H:%M}" for each in days.values()} == {"09:30"}


async def test_the_market_opens_and_closes_by_command(partner: Partner) -> None:
    partner.advance_to(datetime(2026, 3, 7, 15, tzinfo=UTC))
    assert (await partner.ask(partner.client.get_clock)).is_open is True
    await partner.control("hours", {"always_open": False})
    assert (await partner.ask(partner.client.get_clock)).is_open is False


async def test_a_dividend_is_announced_and_found_by_its_dates(partner: Partner) -> None:
    client = partner.client
    await partner.control("dividends", {"symbol": "KO", "cash": "0.485"})
    await partner.control("dividends", {"symbol": "JPM", "cash": "1.4"})

    async def found(since: date, until: date, **fields: Any) -> Any:
        request = GetCorporateAnnouncementsRequest(
            ca_types=[CorporateActionType.DIVIDEND], since=since, until=until, **fields
        )
        return await partner.ask(client.get_corporate_announcements, request)

    month = (date(2026, 3, 1), date(2026, 3, 31))
    coke, bank = await found(*month)
    assert (coke.initiating_symbol, coke.cash) == ("KO", 0.485)
    assert [each.id for each in await found(*month, symbol="JPM")] == [bank.id]
    day = (coke.payable_date, coke.payable_date)
    assert await found(*day) == []
    payable = CorporateActionDateType.PAYABLE_DATE
    assert await found(*day, date_type=payable) == [coke, bank]
    assert await partner.ask(client.get_corporate_announcement_by_id, coke.id) == coke
    unknown = uuid5(partner.firm, "nothing")
    refused = await partner.refused(client.get_corporate_announcement_by_id, unknown)
    assert refused[:2] == (404, 40410000)
    far = {"ca_types": "dividend", "since": "2026-01-01", "until": "2026-12-31"}
    refused = await partner.refused(client.get, "/corporate_actions/announcements", far)
    assert refused[0] == 422


async def test_a_watchlist_is_made_changed_and_thrown_away(partner: Partner) -> None:
    client, account = partner.client, await partner.account()
    request = CreateWatchlistRequest(name="tech", symbols=["AAPL", "MSFT"])
    made = await partner.ask(client.create_watchlist_for_account, account, request)
    assert [each.symbol for each in made.assets] == ["AAPL", "MSFT"]
    taken = await partner.refused(client.create_watchlist_for_account, account, request)
    assert taken[:2] == (422, 42210000)

    async def symbols() -> list[str]:
        read = await partner.ask(client.get_watchlist_for_account_by_id, account, made.id)
        return [each.symbol for each in read.assets]

    await partner.ask(client.add_asset_to_watchlist_for_account_by_id, account, made.id, "NVDA")
    assert await symbols() == ["AAPL", "MSFT", "NVDA"]
    await partner.ask(
        client.remove_asset_from_watchlist_for_account_by_id, account, made.id, "MSFT"
    )
    assert await symbols() == ["AAPL", "NVDA"]
    change = UpdateWatchlistRequest(name="chips", symbols=["AMD"])
    changed = await partner.ask(client.update_watchlist_for_account_by_id, account, made.id, change)
    assert (changed.name, await symbols()) == ("chips", ["AMD"])
    unknown = UpdateWatchlistRequest(symbols=["NOPE"])
    refused = await partner.refused(
        client.update_watchlist_for_account_by_id, account, made.id, unknown
    )
    assert refused[0] == 422
    (listed,) = await partner.ask(client.get_watchlists_for_account, account)
    assert (listed.id, listed.name) == (made.id, "chips")
    await partner.ask(client.delete_watchlist_from_account_by_id, account, made.id)
    assert await partner.ask(client.get_watchlists_for_account, account) == []


async def test_the_latest_price_is_in_every_view_of_it(
    partner: Partner, data: StockHistoricalDataClient
) -> None:
    await partner.control("prices", {"KO": "70.00"})
    symbols = ["KO", "AAPL", "NOPE"]
    trades = await partner.ask(
        data.get_stock_latest_trade, StockLatestTradeRequest(symbol_or_symbols=symbols)
    )
    assert {symbol: trade.price for symbol, trade in trades.items()} == {"KO": 70, "AAPL": 190.12}
    quotes = await partner.ask(
        data.get_stock_latest_quote,
        StockLatestQuoteRequest(symbol_or_symbols="KO", feed=DataFeed.IEX),
    )
    assert quotes["KO"].bid_price < 70 < quotes["KO"].ask_price
    bars = await partner.ask(
        data.get_stock_latest_bar, StockLatestBarRequest(symbol_or_symbols="KO")
    )
    assert bars["KO"].close == 70
    shots = await partner.ask(
        data.get_stock_snapshot, StockSnapshotRequest(symbol_or_symbols=symbols)
    )
    day = shots["KO"].daily_bar
    assert (day.open, day.high, day.close) == (63.87, 70, 70)
    assert shots["KO"].previous_daily_bar.close == 63.87
    with pytest.raises(APIError) as refused:
        await partner.ask(data.get, "/stocks/NOPE/quotes/latest")
    assert refused.value.status_code == 404


async def test_history_is_cut_into_bars_and_pages_visit_each_once(
    partner: Partner, data: StockHistoricalDataClient
) -> None:
    clock = partner.alpaca.world.clock
    clock.set_speed(0)
    for price in ("64.00", "66.00", "65.00"):
        await partner.control("prices", {"KO": price})
        clock.advance(3600)
    start = THURSDAY - timedelta(hours=4)
    hours = StockBarsRequest(symbol_or_symbols="KO", timeframe=TimeFrame.Hour, start=start)
    found = (await partner.ask(data.get_stock_bars, hours)).data["KO"]
    assert [(bar.open, bar.high, bar.low, bar.close) for bar in found] == [
        (63.87, 64, 63.87, 64),
        (64, 66, 64, 66),
        (66, 66, 65, 65),
        (65, 65, 65, 65),
    ]
    days = StockBarsRequest(
        symbol_or_symbols=["KO", "F"], timeframe=TimeFrame.Day, start=start - timedelta(days=7)
    )
    every = (await partner.ask(data.get_stock_bars, days)).data
    assert [len(every[symbol]) for symbol in ("KO", "F")] == [5, 5]
    assert (every["KO"][-1].high, every["KO"][0].close) == (66, 63.87)
    trades = StockTradesRequest(symbol_or_symbols="KO", start=start)
    moves = (await partner.ask(data.get_stock_trades, trades)).data["KO"]
    assert [trade.price for trade in moves] == [64, 66, 65]
    quotes = StockQuotesRequest(symbol_or_symbols="KO", start=start, limit=2)
    spreads = (await partner.ask(data.get_stock_quotes, quotes)).data["KO"]
    assert [quote.bid_price for quote in spreads] == [63.99, 65.99]
    paged: list[float] = []
    params = {"symbols": "F,KO", "timeframe": "1Day", "limit": 3, "start": "2026-02-26"}
    for _ in range(9):
        page = await partner.ask(data.get, "/stocks/bars", params)
        paged += [bar["c"] for bars in page["bars"].values() for bar in bars]
        if page["next_page_token"] is None:
            break
        params["page_token"] = page["next_page_token"]
    assert paged == [12.34] * 6 + [63.87] * 5 + [65]
