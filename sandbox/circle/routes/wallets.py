"""Routes of wallets: create, find, rename, derive on another chain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
from aiohttp import web

from sandbox.circle.errors import CircleRefusal, Why
from sandbox.circle.fields import Fields
from sandbox.circle.paging import Page
from sandbox.circle.requests import (
    CREATED,
    SignedRequests,
    data,
    listing,
    path_id,
    read,
)
from sandbox.circle.wallet import LIVE, Wallet
from sandbox.circle.wallet_search import find_wallets
from sandbox.circle.wallets import Label, Wallets

COUNT_MAX = 200
BLOCKCHAINS_MAX = 20
ACCOUNT_TYPES = ("EOA", "SCA")


@attrs.frozen(kw_only=True)
class WalletRoutes:
    wallets: Wallets
    signed: SignedRequests

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/v1/w3s/developer/wallets", self.create),
            web.put("/v1/w3s/developer/wallets/derive", self.derive_by_address),
            web.put("/v1/w3s/developer/wallets/{id}/blockchains/{chain}", self.derive_by_id),
            web.get("/v1/w3s/wallets", self.page),
            web.get("/v1/w3s/wallets/{id}", self.get),
            web.put("/v1/w3s/wallets/{id}", self.rename),
        ]

    async def create(self, request: web.Request) -> web.Response:
        return await self.signed.run(request, self._create)

    def _create(self, fields: Fields) -> dict[str, Any]:
        codes = fields.texts("blockchains", count_max=BLOCKCHAINS_MAX)
        chains = [fields.known_blockchain("blockchains", code) for code in dict.fromkeys(codes)]
        made = self.wallets.create(
            set_id=fields.uuid("walletSetId"),
            chains=chains,
            account_type=fields.choice("accountType", ACCOUNT_TYPES, default="EOA"),
            labels=_labels(fields),
        )
        return {"wallets": [wallet.view() for wallet in made]}

    async def page(self, request: web.Request) -> web.Response:
        page = Page.of(request.query)
        found = find_wallets(self.wallets, request.query, page=page)
        return listing(request, "wallets", [wallet.view() for wallet in found], page=page)

    async def get(self, request: web.Request) -> web.Response:
        return data({"wallet": self.wallets.get(path_id(request)).view()})

    async def rename(self, request: web.Request) -> web.Response:
        fields = await read(request)
        wallet = self.wallets.get(path_id(request))
        if wallet.state != LIVE:
            raise CircleRefusal(Why.WALLET_FROZEN)
        self.wallets.rename(wallet, _label(fields))
        return data({"wallet": wallet.view()})

    async def derive_by_id(self, request: web.Request) -> web.Response:
        fields = await read(request)
        wallet = self.wallets.get(path_id(request))
        return self._derive(fields, wallet, code=request.match_info["chain"])

    async def derive_by_address(self, request: web.Request) -> web.Response:
        fields = await read(request)
        source = fields.blockchain("sourceBlockchain").code
        wallet = self.wallets.at(source, fields.text("walletAddress"))
        if wallet is None:
            raise CircleRefusal(Why.WALLET_NOT_FOUND)
        return self._derive(fields, wallet, code=fields.text("targetBlockchain"))

    def _derive(self, fields: Fields, wallet: Wallet, *, code: str) -> web.Response:
        made, is_new = self.wallets.derive(
            wallet,
            chain=fields.known_blockchain("targetBlockchain", code),
            label=_label(fields.section("metadata")),
        )
        return data({"wallet": made.view()}, status=CREATED if is_new else 200)


def _label(fields: Fields) -> Label:
    return Label(fields.optional("name"), fields.optional("refId"))


def _labels(fields: Fields) -> Sequence[Label]:
    """One label for each of ``count`` wallets; empty labels when there is no metadata."""
    count = fields.count("count", default=1, maximum=COUNT_MAX)
    labels = [_label(entry) for entry in fields.sections("metadata")]
    if labels and len(labels) != count:
        raise CircleRefusal(Why.METADATA_LENGTH)
    return labels or [Label()] * count
