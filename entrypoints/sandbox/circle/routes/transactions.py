"""Routes of transactions: send, follow, stop; fixed paths before those with an id."""

from __future__ import annotations

from typing import Any

import attrs
from aiohttp import web

from entrypoints.sandbox.circle.fees import estimate
from entrypoints.sandbox.circle.fields import Fields
from entrypoints.sandbox.circle.gate import TESTNET
from entrypoints.sandbox.circle.paging import Page
from entrypoints.sandbox.circle.payouts import Payouts
from entrypoints.sandbox.circle.requests import SignedRequests, data, path_id
from entrypoints.sandbox.circle.transaction_search import find_transactions, oldest_on_chain
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
            web.get("/v1/w3s/transactions/lowestNonceTransaction", self.lowest_nonce),
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

    async def lowest_nonce(self, request: web.Request) -> web.Response:
        """The wallet's oldest transaction that the chain has not confirmed; 204 when none."""
        query = Fields(values=request.query, testnet=request[TESTNET])
        wallet = TransferFields(fields=query, wallets=self.wallets).wallet("address")
        oldest = oldest_on_chain(self.transactions, wallet)
        if oldest is None:
            return web.Response(status=204)
        fee_info = {"newHighEstimatedFee": estimate("high"), "feeDifferenceAmount": "0"}
        return data({"transaction": oldest.view(), "feeInfo": fee_info})

    async def page(self, request: web.Request) -> web.Response:
        found = find_transactions(self.transactions, request.query, page=Page.of(request.query))
        return data({"transactions": [transaction.view() for transaction in found]})

    async def get(self, request: web.Request) -> web.Response:
        return data({"transaction": self.transactions.get(path_id(request)).view()})
