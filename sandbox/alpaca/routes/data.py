"""Market data over HTTP: the latest of everything, and history in pages."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, time, timedelta

import attrs
from aiohttp import web

from sandbox.alpaca import sessions
from sandbox.alpaca.errors import Invalid, UnexpectedParameter
from sandbox.alpaca.fields import Fields
from sandbox.alpaca.market import Market
from sandbox.alpaca.market_history import MarketHistory, Reader, quote_view, trade_view
from sandbox.alpaca.routes.wire import answer, names, read_query
from sandbox.alpaca.timeframes import Span, read_timeframe
from sandbox.world import World

PAGE_DEFAULT = 1000
PAGE_MAX = 10_000
LATEST_PARAMETERS = frozenset({"symbols", "feed", "currency"})
PAST_PARAMETERS = LATEST_PARAMETERS | {
    "timeframe",
    "start",
    "end",
    "limit",
    "adjustment",
    "asof",
    "page_token",
    "sort",
}
Handler = Callable[[web.Request], Awaitable[web.Response]]
Latest = Callable[[str], dict[str, object]]


@attrs.frozen(kw_only=True)
class DataRoutes:
    """An unknown symbol is left out of an answer about many and refused when asked for alone."""

    _world: World
    _market: Market
    _history: MarketHistory

    def routes(self) -> list[web.RouteDef]:
        latest: dict[str, Latest] = {
            "trades": self._trade,
            "quotes": self._quote,
            "bars": self._bar,
        }
        return [
            web.get("/v2/stocks/snapshots", self.snapshots),
            web.get("/v2/stocks/{symbol}/snapshot", self.snapshot),
            *[
                web.get(f"/v2/stocks/{kind}/latest", self._latest_of(kind, view))
                for kind, view in latest.items()
            ],
            *[
                web.get(f"/v2/stocks/{{symbol}}/{kind}/latest", self._latest_one(kind, view))
                for kind, view in latest.items()
            ],
            *[web.get(f"/v2/stocks/{kind}", self._past_of(kind)) for kind in latest],
            *[web.get(f"/v2/stocks/{{symbol}}/{kind}", self._past_one(kind)) for kind in latest],
        ]

    def _latest_of(self, kind: str, view: Latest) -> Handler:
        async def handle(request: web.Request) -> web.Response:
            _expect(request, LATEST_PARAMETERS)
            return answer({kind: {each: view(each) for each in self._symbols(request)}})

        return handle

    def _latest_one(self, kind: str, view: Latest) -> Handler:
        async def handle(request: web.Request) -> web.Response:
            _expect(request, LATEST_PARAMETERS - {"symbols"})
            symbol = self._market.find(request.match_info["symbol"]).symbol
            return answer({"symbol": symbol, kind.removesuffix("s"): view(symbol)})

        return handle

    def _past_of(self, kind: str) -> Handler:
        async def handle(request: web.Request) -> web.Response:
            _expect(request, PAST_PARAMETERS)
            query = read_query(request)
            lines, token = self._page(kind, query, sorted(self._symbols(request)))
            return answer({kind: lines, "next_page_token": token})

        return handle

    def _past_one(self, kind: str) -> Handler:
        async def handle(request: web.Request) -> web.Response:
            _expect(request, PAST_PARAMETERS - {"symbols"})
            symbol = self._market.find(request.match_info["symbol"]).symbol
            lines, token = self._page(kind, read_query(request), [symbol])
            found = lines.get(symbol, [])
            return answer({"symbol": symbol, kind: found, "next_page_token": token})

        return handle

    async def snapshots(self, request: web.Request) -> web.Response:
        _expect(request, LATEST_PARAMETERS)
        return answer({each: self._snapshot(each) for each in self._symbols(request)})

    async def snapshot(self, request: web.Request) -> web.Response:
        _expect(request, LATEST_PARAMETERS - {"symbols"})
        symbol = self._market.find(request.match_info["symbol"]).symbol
        return answer({"symbol": symbol, **self._snapshot(symbol)})

    def _symbols(self, request: web.Request) -> list[str]:
        asked = names(read_query(request), "symbols")
        if not asked:
            raise Invalid("symbols is required")
        known = {listing.symbol for listing in self._market.listings}
        return [symbol for symbol in asked if symbol in known]

    def _page(
        self, kind: str, query: Fields, symbols: Sequence[str]
    ) -> tuple[dict[str, list[dict[str, object]]], str | None]:
        """Symbol by symbol, each by time; the token names the last line of the page."""
        limit = max(query.count("limit", default=PAGE_DEFAULT, maximum=PAGE_MAX), 1)
        start, end = self._window(query)
        after = _read_token(query)
        lines: dict[str, list[dict[str, object]]] = {}
        last: tuple[str, datetime] | None = None
        for symbol in symbols:
            if after is not None and symbol < after[0]:
                continue
            since = after[1] if after is not None and symbol == after[0] else None
            for at, line in self._reader(kind, query)(symbol, since or start, end):
                if since is not None and at <= since:
                    continue
                if limit == 0:
                    return lines, _write_token(last)
                lines.setdefault(symbol, []).append(line)
                last, limit = (symbol, at), limit - 1
        return lines, None

    def _reader(self, kind: str, query: Fields) -> Reader:
        match kind:
            case "bars":
                return self._history.bars(read_timeframe(query.text("timeframe")))
            case "quotes":
                return self._history.quotes
            case _:
                return self._history.trades

    def _window(self, query: Fields) -> tuple[datetime, datetime]:
        now = self._world.clock.now()
        today = datetime.combine(now.date(), time(), UTC)
        return query.moment("start") or today, min(query.moment("end") or now, now)

    def _trade(self, symbol: str) -> dict[str, object]:
        return trade_view(self._world.clock.now(), self._market.price(symbol))

    def _quote(self, symbol: str) -> dict[str, object]:
        return quote_view(self._world.clock.now(), self._market.price(symbol))

    def _bar(self, symbol: str) -> dict[str, object]:
        now = self._world.clock.now()
        minute = now.replace(second=0, microsecond=0)
        return self._history.bar(symbol, Span(minute, minute + timedelta(minutes=1)))

    def _snapshot(self, symbol: str) -> dict[str, object]:
        now = self._world.clock.now().astimezone(sessions.NEW_YORK)
        today = datetime.combine(now.date(), time(), sessions.NEW_YORK)
        day = timedelta(days=1)
        return {
            "latestTrade": self._trade(symbol),
            "latestQuote": self._quote(symbol),
            "minuteBar": self._bar(symbol),
            "dailyBar": self._history.bar(symbol, Span(today, today + day)),
            "prevDailyBar": self._history.bar(symbol, Span(today - day, today)),
        }


def _write_token(last: tuple[str, datetime] | None) -> str | None:
    if last is None:
        return None
    return base64.urlsafe_b64encode(f"{last[0]}|{last[1].isoformat()}".encode()).decode()


def _expect(request: web.Request, parameters: frozenset[str]) -> None:
    """Market data refuses what it does not know (alpacahq/alpaca-py#581)."""
    if unexpected := sorted(request.query.keys() - parameters):
        raise UnexpectedParameter(f"unexpected query parameter(s): {', '.join(unexpected)}")


def _read_token(query: Fields) -> tuple[str, datetime] | None:
    token = query.optional("page_token")
    if token is None:
        return None
    try:
        symbol, _, at = base64.urlsafe_b64decode(token).decode().partition("|")
        return symbol, datetime.fromisoformat(at)
    except (binascii.Error, ValueError):
        raise Invalid("page_token is invalid") from None
