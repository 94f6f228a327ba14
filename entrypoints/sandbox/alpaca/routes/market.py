"""Assets, the market's hours and its prices over HTTP."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import attrs
from aiohttp import web

from domain.money import USD, Money
from entrypoints.sandbox.alpaca import sessions
from entrypoints.sandbox.alpaca.amounts import number
from entrypoints.sandbox.alpaca.errors import Invalid
from entrypoints.sandbox.alpaca.fields import Fields
from entrypoints.sandbox.alpaca.market import Market
from entrypoints.sandbox.alpaca.routes.wire import answer, names, read_body, read_query
from entrypoints.sandbox.alpaca.settings import AlpacaSandboxSettings
from entrypoints.sandbox.alpaca.symbols import Listing
from entrypoints.sandbox.world import World

CENT = Money(1, USD)
CALENDAR_DAYS_DEFAULT = 30
CALENDAR_DAYS_MAX = 2000
LOT = 100


@attrs.frozen(kw_only=True)
class MarketRoutes:
    _world: World
    _settings: AlpacaSandboxSettings
    _market: Market

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/v1/assets", self.index),
            web.get("/v1/assets/{symbol_or_id}", self.get),
            web.get("/v1/clock", self.clock),
            web.get("/v1/calendar", self.calendar),
        ]

    def data_routes(self) -> list[web.RouteDef]:
        return [
            web.get("/v2/stocks/trades/latest", self.latest_trades),
            web.get("/v2/stocks/quotes/latest", self.latest_quotes),
            web.get("/v2/stocks/snapshots", self.snapshots),
            web.get("/v2/stocks/{symbol}/trades/latest", self.latest_trade),
            web.get("/v2/stocks/{symbol}/quotes/latest", self.latest_quote),
            web.post("/v1/sandbox/prices", self.move_prices),
        ]

    async def index(self, request: web.Request) -> web.Response:
        query = read_query(request)
        exchange, status = query.optional("exchange"), query.optional("status")
        asset_class = query.optional("asset_class")
        if status not in {None, "active"} or asset_class not in {None, "us_equity"}:
            return answer([])
        listed = [each for each in self._market.listings if exchange in {None, each.exchange}]
        return answer([asset_view(listing) for listing in listed])

    async def get(self, request: web.Request) -> web.Response:
        return answer(asset_view(self._market.find(request.match_info["symbol_or_id"])))

    async def clock(self, _: web.Request) -> web.Response:
        now = self._world.clock.now()
        return answer(
            {
                "timestamp": now.astimezone(sessions.NEW_YORK).isoformat(),
                "is_open": self._settings.market_always_open or sessions.is_open(now),
                "next_open": sessions.next_at(now, sessions.OPEN).isoformat(),
                "next_close": sessions.next_at(now, sessions.CLOSE).isoformat(),
            }
        )

    async def calendar(self, request: web.Request) -> web.Response:
        query, today = read_query(request), self._world.clock.now()
        start = (query.moment("start") or today).date()
        end = query.moment("end")
        last = end.date() if end else start + timedelta(days=CALENDAR_DAYS_DEFAULT)
        if (last - start).days > CALENDAR_DAYS_MAX:
            raise Invalid(f"at most {CALENDAR_DAYS_MAX} days")
        return answer([session_view(day) for day in sessions.sessions(start, last)])

    async def latest_trades(self, request: web.Request) -> web.Response:
        return answer({"trades": {each: self._trade(each) for each in self._symbols(request)}})

    async def latest_quotes(self, request: web.Request) -> web.Response:
        return answer({"quotes": {each: self._quote(each) for each in self._symbols(request)}})

    async def latest_trade(self, request: web.Request) -> web.Response:
        symbol = self._market.find(request.match_info["symbol"]).symbol
        return answer({"symbol": symbol, "trade": self._trade(symbol)})

    async def latest_quote(self, request: web.Request) -> web.Response:
        symbol = self._market.find(request.match_info["symbol"]).symbol
        return answer({"symbol": symbol, "quote": self._quote(symbol)})

    async def snapshots(self, request: web.Request) -> web.Response:
        return answer({each: self._snapshot(each) for each in self._symbols(request)})

    async def move_prices(self, request: web.Request) -> web.Response:
        """The sandbox's own control: ``{"AAPL": "190.12"}`` sets prices."""
        fields = await read_body(request)
        prices = {symbol: read_price(fields, symbol) for symbol in fields.values}
        self._market.move(prices)
        return answer({symbol: price.decimal for symbol, price in prices.items()})

    def _symbols(self, request: web.Request) -> list[str]:
        """Those asked for that exist; an unknown symbol is left out of the answer."""
        asked = names(read_query(request), "symbols")
        if not asked:
            raise Invalid("symbols is required")
        known = {listing.symbol for listing in self._market.listings}
        return [symbol for symbol in asked if symbol in known]

    def _trade(self, symbol: str) -> dict[str, object]:
        price = number(self._market.price(symbol))
        return {"t": self._world.clock.stamp(), "x": "V", "p": price, "s": LOT, "c": ["@"], "i": 1}

    def _quote(self, symbol: str) -> dict[str, object]:
        price = self._market.price(symbol)
        sizes = {"as": LOT, "bs": LOT, "ax": "V", "bx": "V", "c": ["R"], "z": "C"}
        at = self._world.clock.stamp()
        return {"t": at, "ap": number(price + CENT), "bp": number(price - CENT), **sizes}

    def _snapshot(self, symbol: str) -> dict[str, object]:
        now = self._world.clock.now()
        before, price = self._market.previous_close(symbol), self._market.price(symbol)
        return {
            "latestTrade": self._trade(symbol),
            "latestQuote": self._quote(symbol),
            "minuteBar": bar_view(now, before=price, after=price),
            "dailyBar": bar_view(now, before=before, after=price),
            "prevDailyBar": bar_view(now - timedelta(days=1), before=before, after=before),
        }


def read_price(fields: Fields, symbol: str) -> Money:
    price = fields.amount(symbol, USD)
    if price is None:
        raise Invalid(f"{symbol} is required")
    return price


def bar_view(moment: datetime, *, before: Money, after: Money) -> dict[str, object]:
    high, low = number(max(before, after)), number(min(before, after))
    prices = {"o": number(before), "h": high, "l": low, "c": number(after), "vw": number(after)}
    return {"t": moment.isoformat(), "v": LOT, "n": 1, **prices}


def asset_view(listing: Listing) -> dict[str, object]:
    return {
        "id": listing.asset_id,
        "class": "us_equity",
        "exchange": listing.exchange,
        "symbol": listing.symbol,
        "name": listing.name,
        "status": "active",
        "tradable": True,
        "marginable": True,
        "shortable": False,
        "easy_to_borrow": False,
        "fractionable": listing.fractionable,
        "attributes": [],
        "margin_requirement_long": "30",
        "margin_requirement_short": "30",
    }


def session_view(day: date) -> dict[str, object]:
    hours = {"open": "09:30", "close": "16:00", "session_open": "0400", "session_close": "2000"}
    settles = sessions.settlement(day).isoformat()
    return {"date": day.isoformat(), **hours, "settlement_date": settles}
