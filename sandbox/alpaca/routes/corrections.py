"""The sandbox's own commands on trades; at Alpaca the exchanges give them."""

from __future__ import annotations

import attrs
from aiohttp import web

from domain.money import USD
from sandbox.alpaca.corrections import Corrections
from sandbox.alpaca.errors import Invalid
from sandbox.alpaca.order_view import order_view
from sandbox.alpaca.orders import Orders
from sandbox.alpaca.routes.wire import answer, read_body


@attrs.frozen(kw_only=True)
class CorrectionRoutes:
    _orders: Orders
    _corrections: Corrections

    def controls(self) -> list[web.RouteDef]:
        return [
            web.post("/v1/sandbox/trades/bust", self.bust),
            web.post("/v1/sandbox/trades/correct", self.correct),
        ]

    async def bust(self, request: web.Request) -> web.Response:
        """``{"order_id": …}`` busts its last fill."""
        order = self._orders.find((await read_body(request)).uuid("order_id"))
        self._corrections.bust(order)
        return answer(order_view(order))

    async def correct(self, request: web.Request) -> web.Response:
        """``{"order_id": …, "price": "12.30", "qty": "2"}``; the quantity may be left out."""
        fields = await read_body(request)
        order, price = self._orders.find(fields.uuid("order_id")), fields.amount("price", USD)
        if price is None:
            raise Invalid("price is required")
        quantity = fields.amount("qty", order.request.asset)
        self._corrections.correct(order, price=price, quantity=quantity)
        return answer(order_view(order))
