"""Routes of transactions: send, follow, stop; fixed paths before those with an id."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import attrs
from aiohttp import web

from sandbox.circle.auth import TESTNET
from sandbox.circle.fees import FeeMarket, coins_of
from sandbox.circle.fields import Fields
from sandbox.circle.monitored_tokens import MonitoredTokens
from sandbox.circle.orders import Orders
from sandbox.circle.outbound import Outbound, OutboundRequest
from sandbox.circle.paging import Page
from sandbox.circle.requests import SignedRequests, data, listing, path_id
from sandbox.circle.source_fields import read_wallet
from sandbox.circle.transaction import Transaction
from sandbox.circle.transaction_search import find_transactions, lowest_nonce
from sandbox.circle.transactions import Transactions
from sandbox.circle.wallets import Wallets


@attrs.frozen(kw_only=True)
class TransactionRoutes:
    wallets: Wallets
    transactions: Transactions
    orders: Orders
    outbound: Outbound
    fees: FeeMarket
    monitored: MonitoredTokens
    signed: SignedRequests

    def routes(self) -> list[web.RouteDef]:
        every, one = "/v1/w3s/transactions", "/v1/w3s/developer/transactions/{id}"
        created = "/v1/w3s/developer/transactions"
        return [
            web.post(f"{created}/transfer", partial(self.create, self.orders.transfer)),
            web.post(f"{created}/contractExecution", partial(self.create, self.orders.call)),
            web.post(f"{created}/walletUpgrade", partial(self.create, self.orders.upgrade)),
            web.post(f"{one}/cancel", self.cancel),
            web.post(f"{one}/accelerate", self.accelerate),
            web.get(every, self.page),
            web.get(f"{every}/lowestNonceTransaction", self.lowest_nonce),
            web.get(f"{every}/{{id}}", self.get),
        ]

    async def create(
        self, order: Callable[[Fields], OutboundRequest], request: web.Request
    ) -> web.Response:
        def act(fields: Fields) -> dict[str, Any]:
            return _state(self.outbound.create(order(fields)))

        return await self.signed.run(request, act)

    async def cancel(self, request: web.Request) -> web.Response:
        transaction_id = path_id(request)

        def act(_: Fields) -> dict[str, Any]:
            transaction = self.transactions.get(transaction_id)
            self.outbound.cancel(transaction)
            return _state(transaction)

        return await self.signed.run(request, act, status=200)

    async def accelerate(self, request: web.Request) -> web.Response:
        transaction_id = path_id(request)

        def act(_: Fields) -> dict[str, Any]:
            self.outbound.accelerate(self.transactions.get(transaction_id))
            return {"id": transaction_id}

        return await self.signed.run(request, act, status=200)

    async def lowest_nonce(self, request: web.Request) -> web.Response:
        """The wallet's oldest transaction that the chain has not confirmed; 204 when none."""
        query = Fields(values=request.query, testnet=request[TESTNET])
        wallet = read_wallet(query, self.wallets, address_field="address")
        oldest = lowest_nonce(self.transactions, wallet)
        if oldest is None or oldest.fee is None:
            return web.Response(status=204)
        high = self.fees.level(wallet.blockchain, "HIGH", oldest.fee.gas_limit)
        fee_info = {
            "newHighEstimatedFee": high.view(self.fees.base_fee(wallet.blockchain)),
            "feeDifferenceAmount": coins_of(high.cap - oldest.fee.cap),
        }
        return data({"transaction": oldest.view(), "feeInfo": fee_info})

    async def page(self, request: web.Request) -> web.Response:
        page = Page.of(request.query)
        found = find_transactions(
            self.transactions, request.query, page=page, monitored=self.monitored
        )
        return listing(request, "transactions", [each.view() for each in found], page=page)

    async def get(self, request: web.Request) -> web.Response:
        return data({"transaction": self.transactions.get(path_id(request)).view()})


def _state(transaction: Transaction) -> dict[str, Any]:
    return {"id": transaction.id, "state": transaction.state}
