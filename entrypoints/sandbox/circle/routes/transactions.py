"""Routes of transactions: send, follow, stop."""

from __future__ import annotations

from typing import Any

import attrs
from aiohttp import web

from entrypoints.sandbox.circle.fields import Fields
from entrypoints.sandbox.circle.paging import Page
from entrypoints.sandbox.circle.payouts import Payouts
from entrypoints.sandbox.circle.requests import SignedRequests, data, path_id
from entrypoints.sandbox.circle.transaction_search import find_transactions
from entrypoints.sandbox.circle.transactions import Transactions
from entrypoints.sandbox.circle.transfer_fields import TransferFields
from entrypoints.sandbox.circle.wallets import Wallets


@attrs.frozen(kw_only=True)
class TransactionRoutes:
    wallets: Wallets
    transactions: Transactions
    payouts: Payouts
    signed: SignedRequests

    def routes(self) -> list[web.RouteDef]:
        one = "/v1/w3s/developer/transactions/{id}"
        return [
            web.post("/v1/w3s/developer/transactions/transfer", self.transfer),
            web.post(f"{one}/cancel", self.cancel),
            web.post(f"{one}/accelerate", self.accelerate),
            web.get("/v1/w3s/transactions", self.page),
            web.get("/v1/w3s/transactions/{id}", self.get),
        ]

    async def transfer(self, request: web.Request) -> web.Response:
        return await self.signed.run(request, self._transfer)

    def _transfer(self, fields: Fields) -> dict[str, Any]:
        order = TransferFields(fields=fields, wallets=self.wallets).order()
        transaction = self.payouts.create(order)
        return {"id": transaction.id, "state": transaction.state}

    async def cancel(self, request: web.Request) -> web.Response:
        transaction_id = path_id(request)

        def act(_: Fields) -> dict[str, Any]:
            transaction = self.transactions.get(transaction_id)
            self.payouts.cancel(transaction)
            return {"id": transaction.id, "state": transaction.state}

        return await self.signed.run(request, act, status=200)

    async def accelerate(self, request: web.Request) -> web.Response:
        transaction_id = path_id(request)

        def act(_: Fields) -> dict[str, Any]:
            self.payouts.accelerate(self.transactions.get(transaction_id))
            return {"id": transaction_id}

        return await self.signed.run(request, act, status=200)

    async def page(self, request: web.Request) -> web.Response:
        found = find_transactions(self.transactions, request.query, page=Page.of(request.query))
        return data({"transactions": [transaction.view() for transaction in found]})

    async def get(self, request: web.Request) -> web.Response:
        return data({"transaction": self.transactions.get(path_id(request)).view()})
