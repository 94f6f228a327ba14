"""Orders over HTTP."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import attrs
from aiohttp import web

from sandbox.alpaca.account import Account
from sandbox.alpaca.accounts import Accounts
from sandbox.alpaca.fields import Fields
from sandbox.alpaca.order import CANCELABLE, OPEN, Order
from sandbox.alpaca.order_view import order_view
from sandbox.alpaca.orders import Orders
from sandbox.alpaca.routes.wire import (
    answer,
    is_true,
    names,
    no_content,
    read_body,
    read_query,
)

PAGE_DEFAULT = 50
PAGE_MAX = 500
STATUSES = ("open", "closed", "all")


@attrs.frozen(kw_only=True)
class OrderRoutes:
    _accounts: Accounts
    _orders: Orders

    def routes(self) -> list[web.RouteDef]:
        every = "/v1/trading/accounts/{account_id}/orders"
        one = f"{every}/{{order_id}}"
        return [
            web.post(every, self.create),
            web.get(every, self.index),
            web.delete(every, self.cancel_all),
            web.post(f"{every}/estimation", self.estimate),
            web.get(f"{every}:by_client_order_id", self.get_by_client_id),
            web.get(one, self.get),
            web.patch(one, self.replace),
            web.delete(one, self.cancel),
        ]

    def _account(self, request: web.Request) -> Account:
        return self._accounts.get(request.match_info["account_id"])

    def _order(self, request: web.Request) -> Order:
        return self._orders.get(self._account(request).id, request.match_info["order_id"])

    async def create(self, request: web.Request) -> web.Response:
        account, fields = self._account(request), await read_body(request)
        return answer(order_view(self._orders.place(account, fields), nested=True))

    async def estimate(self, request: web.Request) -> web.Response:
        account, fields = self._account(request), await read_body(request)
        return answer(order_view(self._orders.estimate(account, fields)))

    async def index(self, request: web.Request) -> web.Response:
        account, query = self._account(request), read_query(request)
        limit = query.count("limit", default=PAGE_DEFAULT, maximum=PAGE_MAX)
        nested = is_true(query, "nested")
        found = itertools.islice(self._matching(account, query, nested=nested), limit)
        return answer([order_view(order, nested=nested) for order in found])

    def _matching(self, account: Account, query: Fields, *, nested: bool) -> Iterator[Order]:
        """With ``nested`` a leg is listed inside its order only."""
        status = query.choice("status", STATUSES, default="open")
        side, symbols = query.optional("side"), names(query, "symbols")
        after, until = query.moment("after"), query.moment("until")
        orders = list(self._orders.of(account.id))
        if query.optional("direction") != "asc":
            orders.reverse()
        return (
            order
            for order in orders
            if (status == "all" or (order.status in OPEN) == (status == "open"))
            and not (nested and order.parent)
            and side in {None, order.request.side}
            and (not symbols or order.request.symbol in symbols)
            and (after is None or order.submitted_at > after)
            and (until is None or order.submitted_at < until)
        )

    async def get(self, request: web.Request) -> web.Response:
        nested = is_true(read_query(request), "nested")
        return answer(order_view(self._order(request), nested=nested))

    async def get_by_client_id(self, request: web.Request) -> web.Response:
        account, wanted = self._account(request), read_query(request).text("client_order_id")
        return answer(order_view(self._orders.by_client_id(account.id, wanted)))

    async def replace(self, request: web.Request) -> web.Response:
        account, order, fields = (
            self._account(request),
            self._order(request),
            await read_body(request),
        )
        return answer(order_view(self._orders.replace(account, order, fields)))

    async def cancel(self, request: web.Request) -> web.Response:
        self._orders.cancel(self._order(request))
        return no_content()

    async def cancel_all(self, request: web.Request) -> web.Response:
        live = self._orders.live(self._account(request).id)
        for order in live:
            if order.status in CANCELABLE:
                self._orders.cancel(order)
        outcome = [{"id": each.id, "status": 200, "body": order_view(each)} for each in live]
        return answer(outcome, status=207)
