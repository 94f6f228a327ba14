"""The money trail of a deposit, a withdrawal, an order or a basket order."""

from __future__ import annotations

from aiohttp import web

from domain.ids import ProcessId
from domain.services.operations.trails import TrailNotFound
from domain.trading.order import OrderNotFound
from entrypoints.http.app_keys import application, caller
from entrypoints.http.bodies import answer, path_id
from entrypoints.http.views.trails import TrailView


async def show(request: web.Request) -> web.Response:
    """Show the money trail of a deposit, a withdrawal, an order or a basket order."""
    process_id = path_id(request, missing=TrailNotFound)
    try:
        record, lines = await application(request).trails.trail(
            process_id, investor_id=caller(request)
        )
    except TrailNotFound:
        return answer(await _of_basket_order(request, process_id))
    return answer(TrailView.of(record, lines))


async def _of_basket_order(request: web.Request, group_id: ProcessId) -> TrailView:
    """Raises ``TrailNotFound`` when it is not a basket order of the caller's either."""
    investor_id = caller(request)
    try:
        orders = await application(request).trading.basket_order(investor_id, group_id)
    except OrderNotFound:
        raise TrailNotFound from None
    trails = [
        (order, (await application(request).trails.trail(order.id, investor_id=investor_id))[1])
        for order in orders
    ]
    return TrailView.of_basket_order(group_id, trails)
