"""Routes of what wallets hold."""

from __future__ import annotations

from typing import Any

import attrs
from aiohttp import web

from domain.errors import DomainError
from domain.money import USDC, Money
from entrypoints.sandbox.chain import address_key
from entrypoints.sandbox.circle.errors import InvalidParameter
from entrypoints.sandbox.circle.paging import Page
from entrypoints.sandbox.circle.requests import data, path_id, query_flag
from entrypoints.sandbox.circle.tokens import USDC_TOKENS
from entrypoints.sandbox.circle.wallet import Wallet
from entrypoints.sandbox.circle.wallet_search import find_wallets
from entrypoints.sandbox.circle.wallets import Wallets
from entrypoints.sandbox.circle.wire_values import wire_amount, wire_time
from entrypoints.sandbox.world import World


@attrs.frozen(kw_only=True)
class BalanceRoutes:
    world: World
    wallets: Wallets

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/v1/w3s/wallets/{id}/balances", self.balances),
            web.get("/v1/w3s/wallets/{id}/nfts", self.nfts),
            web.get("/v1/w3s/developer/wallets/balances", self.wallets_with_balances),
        ]

    async def balances(self, request: web.Request) -> web.Response:
        """Confirmed USDC; a zero balance shows only with ``includeAll``."""
        wallet = self.wallets.get(path_id(request))
        shown = self._balances(
            wallet,
            with_zero=query_flag(request, "includeAll"),
            token_address=request.query.get("tokenAddress"),
        )
        return data({"tokenBalances": shown})

    async def nfts(self, request: web.Request) -> web.Response:
        self.wallets.get(path_id(request))
        return data({"nfts": []})

    async def wallets_with_balances(self, request: web.Request) -> web.Response:
        if not request.query.get("blockchain"):
            raise InvalidParameter("blockchain", "must not be empty", error="required")
        at_least = _at_least(request.query.get("amount__gte"))
        found = find_wallets(self.wallets, request.query, page=Page.of(request.query))
        token_address = request.query.get("tokenAddress")
        return data(
            {
                "wallets": [
                    wallet.view()
                    | {"tokenBalances": self._balances(wallet, token_address=token_address)}
                    for wallet in found
                    if self._held(wallet) >= at_least
                ]
            }
        )

    def _held(self, wallet: Wallet) -> Money:
        return self.world.chain.confirmed_balance(wallet.blockchain, wallet.address)

    def _balances(
        self, wallet: Wallet, *, with_zero: bool = False, token_address: str | None = None
    ) -> list[dict[str, Any]]:
        token, held = USDC_TOKENS.get(wallet.blockchain), self._held(wallet)
        if token is None or not (held or with_zero):
            return []
        if token_address and address_key(token_address) != address_key(token.address or ""):
            return []
        return [
            {
                "token": token.view(),
                "amount": wire_amount(held),
                "updateDate": wire_time(self.world.clock.now()),
            }
        ]


def _at_least(text: str | None) -> Money:
    try:
        return Money.of(text or "0", USDC)
    except DomainError:
        raise InvalidParameter(
            "amount__gte", "must be a decimal number", error="invalid_format", value=text
        ) from None
