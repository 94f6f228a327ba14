"""Watchlists over HTTP."""

from __future__ import annotations

import attrs
from aiohttp import web

from sandbox.alpaca.accounts import Accounts
from sandbox.alpaca.errors import Invalid, Missing
from sandbox.alpaca.fields import Fields
from sandbox.alpaca.market import Market
from sandbox.alpaca.routes.market import asset_view
from sandbox.alpaca.routes.wire import answer, no_content, read_body
from sandbox.alpaca.watchlists import Watchlist, Watchlists

NAME_LENGTH_MAX = 64
SYMBOLS_MAX = 100


@attrs.frozen(kw_only=True)
class WatchlistRoutes:
    _accounts: Accounts
    _market: Market
    _watchlists: Watchlists

    def routes(self) -> list[web.RouteDef]:
        every = "/v1/trading/accounts/{account_id}/watchlists"
        one = f"{every}/{{watchlist_id}}"
        return [
            web.get(every, self.index),
            web.post(every, self.create),
            web.get(one, self.get),
            web.put(one, self.update),
            web.post(one, self.add),
            web.delete(one, self.remove),
            web.delete(f"{one}/{{symbol}}", self.drop),
        ]

    def _watchlist(self, request: web.Request) -> Watchlist:
        account = self._accounts.get(request.match_info["account_id"])
        return self._watchlists.get(account.id, request.match_info["watchlist_id"])

    def _answer(self, watchlist: Watchlist) -> web.Response:
        return answer(self._view(watchlist, with_assets=True))

    def _view(self, watchlist: Watchlist, *, with_assets: bool) -> dict[str, object]:
        view = attrs.asdict(watchlist, filter=lambda field, _: field.name != "symbols")
        if with_assets:
            listings = [self._market.find(each) for each in watchlist.symbols]
            view["assets"] = [asset_view(self._market, each) for each in listings]
        return view

    async def index(self, request: web.Request) -> web.Response:
        account = self._accounts.get(request.match_info["account_id"])
        found = self._watchlists.of(account.id)
        return answer([self._view(each, with_assets=False) for each in found])

    async def create(self, request: web.Request) -> web.Response:
        account, fields = (
            self._accounts.get(request.match_info["account_id"]),
            await read_body(request),
        )
        symbols = read_symbols(fields) or []
        return self._answer(self._watchlists.create(account.id, fields.text("name"), symbols))

    async def get(self, request: web.Request) -> web.Response:
        return self._answer(self._watchlist(request))

    async def update(self, request: web.Request) -> web.Response:
        watchlist, fields = self._watchlist(request), await read_body(request)
        name = fields.optional("name", length_max=NAME_LENGTH_MAX)
        self._watchlists.update(watchlist, name=name, symbols=read_symbols(fields))
        return self._answer(watchlist)

    async def add(self, request: web.Request) -> web.Response:
        watchlist, fields = self._watchlist(request), await read_body(request)
        symbols = [*watchlist.symbols, fields.text("symbol")]
        self._watchlists.update(watchlist, name=None, symbols=symbols)
        return self._answer(watchlist)

    async def drop(self, request: web.Request) -> web.Response:
        watchlist, symbol = self._watchlist(request), request.match_info["symbol"]
        if symbol not in watchlist.symbols:
            raise Missing("symbol not found in watchlist")
        left = [each for each in watchlist.symbols if each != symbol]
        self._watchlists.update(watchlist, name=None, symbols=left)
        return self._answer(watchlist)

    async def remove(self, request: web.Request) -> web.Response:
        self._watchlists.remove(self._watchlist(request))
        return no_content()


def read_symbols(fields: Fields) -> list[str] | None:
    symbols = fields.values.get("symbols")
    if symbols is None:
        return None
    if not isinstance(symbols, list) or len(symbols) > SYMBOLS_MAX:
        raise Invalid(f"symbols must be a list of at most {SYMBOLS_MAX}")
    return [str(symbol) for symbol in symbols]
