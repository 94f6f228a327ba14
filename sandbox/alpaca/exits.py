"""Reading the exits of an order: take profit and stop loss (alpaca.md §7)."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from domain.money import USD, Money
from sandbox.alpaca.errors import Invalid, Unprocessable
from sandbox.alpaca.fields import Fields
from sandbox.alpaca.order_request import OrderRequest


def read_exits(
    fields: Fields, request: OrderRequest, *, price: Money, new_id: Callable[[], str]
) -> list[OrderRequest]:
    """The requests of the legs; none for a simple order. Raises ``AlpacaRefusal``."""
    if not request.order_class:
        return []
    profit, loss = _section(fields, "take_profit"), _section(fields, "stop_loss")
    given = [each for each in (profit, loss) if each is not None]
    if len(given) != (1 if request.order_class == "oto" else 2):
        wanted = "one" if request.order_class == "oto" else "both"
        raise Invalid(f"{request.order_class} orders need {wanted} of take_profit and stop_loss")
    frame = _frame(request)
    exits = []
    if loss is not None:
        exits.append(_stop_loss(loss, frame, new_id()))
    if profit is not None and request.order_class != "oco":
        exits.insert(0, _take_profit(profit, frame, new_id()))
    _check_sides(exits, base=request.limit_price or price)
    return exits


def _section(fields: Fields, name: str) -> Fields | None:
    return fields.section(name) if fields.values.get(name) is not None else None


def _frame(request: OrderRequest) -> OrderRequest:
    """An exit has the opposite side of its entry; an oco order is an exit itself."""
    other = "sell" if request.is_buy else "buy"
    return attrs.evolve(
        request,
        side=request.side if request.order_class == "oco" else other,
        order_class="",
        limit_price=None,
        stop_price=None,
        trail=None,
        commission=None,
        position_intent=None,
    )


def _take_profit(fields: Fields, frame: OrderRequest, new_id: str) -> OrderRequest:
    price = _required(fields, "limit_price")
    return attrs.evolve(frame, kind="limit", limit_price=price, client_order_id=new_id)


def _stop_loss(fields: Fields, frame: OrderRequest, new_id: str) -> OrderRequest:
    limit = fields.amount("limit_price", USD)
    return attrs.evolve(
        frame,
        kind="stop" if limit is None else "stop_limit",
        stop_price=_required(fields, "stop_price"),
        limit_price=limit,
        client_order_id=new_id,
    )


def _required(fields: Fields, name: str) -> Money:
    amount = fields.amount(name, USD)
    if amount is None:
        raise Invalid(f"{fields.path}{name} is required")
    return amount


def _check_sides(exits: list[OrderRequest], *, base: Money) -> None:
    """The take profit lies on one side of the base price, the stop loss on the other."""
    for request in exits:
        price = request.stop_price or request.limit_price
        if price is None:
            continue
        is_loss = request.stop_price is not None
        is_below = price < base
        if price == base or is_below != (is_loss != request.is_buy):
            name = "stop_loss.stop_price" if is_loss else "take_profit.limit_price"
            raise Unprocessable(f"{name} is on the wrong side of the base price {base.decimal}")
