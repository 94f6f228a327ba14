"""Routes of wallet sets."""

from __future__ import annotations

from typing import Any

import attrs
from aiohttp import web

from sandbox.circle.fields import Fields
from sandbox.circle.paging import Page
from sandbox.circle.requests import SignedRequests, data, listing, path_id, read
from sandbox.circle.wallets import Wallets


@attrs.frozen(kw_only=True)
class WalletSetRoutes:
    wallets: Wallets
    signed: SignedRequests

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/v1/w3s/developer/walletSets", self.create),
            web.put("/v1/w3s/developer/walletSets/{id}", self.rename),
            web.get("/v1/w3s/walletSets", self.page),
            web.get("/v1/w3s/walletSets/{id}", self.get),
        ]

    async def create(self, request: web.Request) -> web.Response:
        return await self.signed.run(request, self._create)

    def _create(self, fields: Fields) -> dict[str, Any]:
        return {"walletSet": self.wallets.create_set(fields.text("name")).view()}

    async def rename(self, request: web.Request) -> web.Response:
        fields = await read(request)
        wallet_set = self.wallets.rename_set(path_id(request), fields.text("name"))
        return data({"walletSet": wallet_set.view()})

    async def page(self, request: web.Request) -> web.Response:
        page = Page.of(request.query)
        views = [wallet_set.view() for wallet_set in self.wallets.sets.page(page)]
        return listing(request, "walletSets", views, page=page)

    async def get(self, request: web.Request) -> web.Response:
        return data({"walletSet": self.wallets.get_set(path_id(request)).view()})
