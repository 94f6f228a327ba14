"""How an order looks from outside."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from domain.ids import ProcessId
from domain.money import Money
from domain.quantity import Price
from domain.trading.order import Order, OrderStage, OrderType, Side
from entrypoints.http.serialization import Shares
from entrypoints.http.views.reasons import reason_for_investor


@attrs.frozen(kw_only=True)
class OrderView:
    """
    ``quantity`` and ``filled_quantity`` are shares, ``limit_price`` is dollars a share.

    ``cost`` is the dollars paid or received so far, ``held`` what is still reserved.
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
    """One order for each component, placed together."""

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
