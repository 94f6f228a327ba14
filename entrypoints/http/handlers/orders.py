"""Orders for one symbol or for a basket."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs
from aiohttp import web

from domain.ids import ProcessId
from domain.money import USD, Asset, Money
from domain.quantity import Price
from domain.trading.order import Order, OrderNotFound, OrderStage, OrderTerms, OrderType, Side
from entrypoints.http import parsing
from entrypoints.http.app_keys import application, caller
from entrypoints.http.bodies import answer, as_id, path_id, read_object
from entrypoints.http.paging import answer_all, answer_page, page_of
from entrypoints.http.serialization import Shares
from entrypoints.http.stored_response import StoredResponse
from entrypoints.http.views.reasons import reason_for_investor


@attrs.frozen(kw_only=True)
class OrderView:
    """
    ``quantity`` and ``filled_quantity`` are shares, ``limit_price`` is in dollars per share.

    ``cost`` is the dollars paid or received so far, ``held`` the amount still reserved.
    """

    id: ProcessId
    stage: OrderStage
    symbol: str
    side: Side
    type: OrderType
    notional: Money | None
    quantity: Shares | None
    limit_price: Price | None
    filled_quantity: Shares
    cost: Money
    held: Money | Shares
    basket: str | None
    basket_order_id: ProcessId | None
    reason: str | None

    @classmethod
    def of(cls, order: Order) -> OrderView:
        terms = order.terms
        return cls(
            id=order.id,
            stage=order.stage,
            symbol=terms.symbol,
            side=terms.side,
            type=terms.type,
            notional=terms.notional,
            quantity=terms.quantity,
            limit_price=terms.limit_price,
            filled_quantity=order.filled,
            cost=order.cost,
            held=order.hold,
            basket=order.basket,
            basket_order_id=ProcessId(order.group_id) if order.group_id else None,
            reason=reason_for_investor(order.stage, order.reason),
        )


@attrs.frozen(kw_only=True)
class BasketOrderView:
    """One order for each component of the basket, placed together."""

    basket_order_id: ProcessId
    basket: str
    notional: Money
    orders: Sequence[OrderView]

    @classmethod
    def of(cls, orders: Sequence[Order], *, basket: str, notional: Money) -> BasketOrderView:
        return cls(
            basket_order_id=ProcessId(orders[0].group_id or ""),
            basket=basket,
            notional=notional,
            orders=[OrderView.of(order) for order in orders],
        )


@attrs.frozen(kw_only=True)
class OrderBody:
    """Either ``notional`` in dollars or ``quantity`` in shares."""

    symbol: str
    side: Side
    type: OrderType
    notional: parsing.DecimalText | None = None
    quantity: parsing.DecimalText | None = None
    limit_price: parsing.DecimalText | None = None

    def terms(self) -> OrderTerms:
        """Raises ``InvalidOrder``, ``PrecisionLost`` or ``NotAnAmount``."""
        share = Asset.share(self.symbol)
        notional, quantity, limit_price = self.notional, self.quantity, self.limit_price
        return OrderTerms(
            symbol=self.symbol,
            side=self.side,
            type=self.type,
            notional=parsing.money(notional, USD, field="notional") if notional else None,
            quantity=parsing.money(quantity, share, field="quantity") if quantity else None,
            limit_price=parsing.price(limit_price, field="limit_price") if limit_price else None,
        )


@attrs.frozen(kw_only=True)
class BasketOrderBody:
    basket: str
    notional: parsing.DecimalText


async def place(request: web.Request) -> web.Response:
    """Place an order for one symbol or for a basket."""
    document = await read_object(request)
    if "basket" in document:
        return await _place_basket(request, document)
    terms = parsing.structure(document, OrderBody).terms()
    outcome = StoredResponse(request, view=OrderView.of, status=202)
    order = await application(request).trading.place(
        caller(request), terms=terms, idempotency=outcome.idempotency
    )
    return outcome.answer(order)


async def _place_basket(request: web.Request, document: Mapping[str, Any]) -> web.Response:
    body = parsing.structure(document, BasketOrderBody)
    notional = parsing.money(body.notional, USD, field="notional")

    def view(*orders: Order) -> BasketOrderView:
        return BasketOrderView.of(orders, basket=body.basket, notional=notional)

    outcome = StoredResponse(request, view=view, status=202)
    orders = await application(request).trading.place_basket(
        caller(request),
        basket_id=body.basket,
        notional=notional,
        idempotency=outcome.idempotency,
    )
    return outcome.answer(*orders)


async def listing(request: web.Request) -> web.Response:
    """List orders, newest first; with ``basket_order``, those of one basket order."""
    if "basket_order" in request.query:
        return await _of_basket(request)
    page = page_of(request)
    found = await application(request).trading.orders(
        caller(request), before=page.before, limit=page.fetch
    )
    return answer_page(found, page, name=lambda order: order.id, view=OrderView.of)


async def _of_basket(request: web.Request) -> web.Response:
    group_id = as_id(request.query["basket_order"], missing=OrderNotFound)
    orders = await application(request).trading.basket_order(caller(request), group_id)
    return answer_all(orders, view=OrderView.of)


async def show(request: web.Request) -> web.Response:
    """Show one order."""
    order_id = path_id(request, missing=OrderNotFound)
    return answer(OrderView.of(await application(request).trading.order(caller(request), order_id)))


async def cancel(request: web.Request) -> web.Response:
    """Request the cancellation of an order. It may still fill."""
    order_id = path_id(request, missing=OrderNotFound)
    outcome = StoredResponse(request, view=OrderView.of, status=202)
    order = await application(request).trading.cancel(
        caller(request), order_id, idempotency=outcome.idempotency
    )
    return outcome.answer(order)
