"""Assets and the market's hours over HTTP, and the commands that change them."""

from __future__ import annotations

from datetime import date, timedelta

import attrs
from aiohttp import web

from domain.money import USD, Money
from sandbox.alpaca import sessions
from sandbox.alpaca.errors import Invalid
from sandbox.alpaca.fields import Fields
from sandbox.alpaca.hours import Hours
from sandbox.alpaca.market import Market
from sandbox.alpaca.routes.wire import answer, names, read_body, read_query
from sandbox.alpaca.symbols import Listing
from sandbox.world import World

CALENDAR_DAYS_DEFAULT = 30
CALENDAR_DAYS_MAX = 2000
# guess: Alpaca's attribute of assets that can be traded in fractions.
FRACTIONAL_ATTRIBUTES = ("fractional_eh_enabled",)


@attrs.frozen(kw_only=True)
class MarketRoutes:
    _world: World
    _hours: Hours
    _market: Market

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/v1/assets", self.index),
            web.get("/v1/assets/{symbol_or_id}", self.get),
            web.get("/v1/clock", self.clock),
            web.get("/v1/calendar", self.calendar),
        ]

    def controls(self) -> list[web.RouteDef]:
        """The sandbox's own commands, which Alpaca does not have."""
        return [
            web.post("/v1/sandbox/prices", self.move_prices),
            web.post("/v1/sandbox/hours", self.set_hours),
            web.post("/v1/sandbox/assets", self.set_tradable),
        ]

    async def index(self, request: web.Request) -> web.Response:
        query = read_query(request)
        exchange, status = query.optional("exchange"), query.optional("status")
        asset_class = query.optional("asset_class")
        attributes = set(names(query, "attributes"))
        if asset_class not in {None, "us_equity"}:
            return answer([])
        return answer(
            [
                asset_view(self._market, listing)
                for listing in self._market.listings
                if status in {None, status_of(listing)}
                and exchange in {None, listing.exchange}
                and attributes.issubset(attributes_of(listing))
            ]
        )

    async def get(self, request: web.Request) -> web.Response:
        listing = self._market.find(request.match_info["symbol_or_id"])
        return answer(asset_view(self._market, listing))

    async def clock(self, _: web.Request) -> web.Response:
        now = self._world.clock.now()
        return answer(
            {
                "timestamp": now.astimezone(sessions.NEW_YORK).isoformat(),
                "is_open": self._hours.is_open,
                "next_open": sessions.next_open(now).isoformat(),
                "next_close": sessions.next_close(now).isoformat(),
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

    async def move_prices(self, request: web.Request) -> web.Response:
        """The sandbox's own control: ``{"AAPL": "190.12"}`` sets prices."""
        fields = await read_body(request)
        prices = {symbol: read_price(fields, symbol) for symbol in fields.values}
        self._market.move(prices)
        return answer({symbol: price.decimal for symbol, price in prices.items()})

    async def set_tradable(self, request: web.Request) -> web.Response:
        """The sandbox's own control: what is not ``tradable`` can be sold and not bought."""
        fields = await read_body(request)
        symbol = fields.text("symbol")
        self._market.set_tradable(symbol, tradable=fields.flag("tradable"))
        return answer(asset_view(self._market, self._market.find(symbol)))

    async def set_hours(self, request: web.Request) -> web.Response:
        """The sandbox's own control: ``{"always_open": false}`` gives the market its real hours."""
        self._hours.always_open = (await read_body(request)).flag("always_open")
        return answer({"always_open": self._hours.always_open})


def read_price(fields: Fields, symbol: str) -> Money:
    price = fields.amount(symbol, USD)
    if price is None:
        raise Invalid(f"{symbol} is required")
    return price


def status_of(listing: Listing) -> str:
    return "active" if listing.active else "inactive"


def attributes_of(listing: Listing) -> list[str]:
    return list(FRACTIONAL_ATTRIBUTES) if listing.fractionable else []


def asset_view(market: Market, listing: Listing) -> dict[str, object]:
    return {
        "id": listing.asset_id,
        "class": "us_equity",
        "exchange": listing.exchange,
        "symbol": listing.symbol,
        "name": listing.name,
        "status": status_of(listing),
        "tradable": market.is_tradable(listing),
        "marginable": True,
        "shortable": False,
        "easy_to_borrow": False,
        "fractionable": listing.fractionable,
        "attributes": attributes_of(listing),
        "borrow_status": "hard_to_borrow",
        "margin_requirement_long": "30",
        "margin_requirement_short": "30",
    }


def session_view(day: date) -> dict[str, object]:
    opening, closing = sessions.opening(day), sessions.closing(day)
    hours = {
        "open": f"{opening:%H:%M}",
        "close": f"{closing:%H:%M}",
        "session_open": f"{sessions.EXTENDED_OPEN:%H%M}",
        "session_close": f"{sessions.EXTENDED_CLOSE:%H%M}",
    }
    settles = sessions.settlement(day).isoformat()
    return {"date": day.isoformat(), **hours, "settlement_date": settles}
