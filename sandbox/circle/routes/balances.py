"""Routes of wallets' balances."""

from __future__ import annotations

from decimal import Decimal

import attrs
from aiohttp import web

from sandbox.circle.auth import TESTNET
from sandbox.circle.decimals import NotADecimal, NotAnAmount, decimal_of
from sandbox.circle.errors import InvalidParameter
from sandbox.circle.fields import Fields
from sandbox.circle.holdings import Holding, Holdings
from sandbox.circle.paging import Page, page_of
from sandbox.circle.requests import listing, path_id
from sandbox.circle.wallet import Wallet
from sandbox.circle.wallet_search import find_wallets
from sandbox.circle.wallets import Wallets


@attrs.frozen(kw_only=True)
class BalanceRoutes:
    wallets: Wallets
    holdings: Holdings

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/v1/w3s/wallets/{id}/balances", self.balances),
            web.get("/v1/w3s/wallets/{id}/nfts", self.collectibles),
            web.get("/v1/w3s/developer/wallets/balances", self.wallets_with_balances),
        ]

    async def balances(self, request: web.Request) -> web.Response:
        wallet = self.wallets.get(path_id(request))
        return self._page(request, "tokenBalances", self.holdings.tokens(wallet, request.query))

    async def collectibles(self, request: web.Request) -> web.Response:
        wallet = self.wallets.get(path_id(request))
        return self._page(request, "nfts", self.holdings.collectibles(wallet, request.query))

    def _page(self, request: web.Request, name: str, held: list[Holding]) -> web.Response:
        """A token's id is the cursor."""
        page = Page.of(request.query)
        found = page_of(held, page, key=lambda each: each.token.id)
        ids = [each.token.id for each in found]
        return listing(
            request, name, [self.holdings.view(each) for each in found], page=page, ids=ids
        )

    async def wallets_with_balances(self, request: web.Request) -> web.Response:
        query = request.query
        Fields(values=query, testnet=request[TESTNET]).blockchain()
        at_least, page = _at_least(query.get("amount__gte")), Page.of(query)

        def keep(wallet: Wallet) -> bool:
            held = self.holdings.tokens(wallet, query)
            return at_least is None or any(decimal_of(each.amount) >= at_least for each in held)

        found = find_wallets(self.wallets, query, page=page, keep=keep)
        views = [
            wallet.view() | {"tokenBalances": self._views(wallet, request)} for wallet in found
        ]
        return listing(request, "wallets", views, page=page)

    def _views(self, wallet: Wallet, request: web.Request) -> list[object]:
        return [self.holdings.view(each) for each in self.holdings.tokens(wallet, request.query)]


def _at_least(text: str | None) -> Decimal | None:
    try:
        return decimal_of(text) if text else None
    except (NotADecimal, NotAnAmount):
        raise InvalidParameter(
            "amount__gte", "must be a decimal number", error="invalid_format", value=text
        ) from None
