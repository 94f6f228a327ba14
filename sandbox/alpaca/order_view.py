"""An order and a position as the broker shows them (alpaca.md §7)."""

from __future__ import annotations

from domain.money import Money
from sandbox.alpaca.account import Position
from sandbox.alpaca.amounts import PRICE, PRICE_PER_CENT, ratio, trimmed
from sandbox.alpaca.market import Market
from sandbox.alpaca.order import Order

ABSENT = ("ratio_qty", "expires_at")


def order_view(order: Order, *, nested: bool = False) -> dict[str, object]:
    """The order; ``nested`` puts its legs inside."""
    request, moments = order.request, order.moments
    legs = [order_view(leg) for leg in order.legs] if nested else []
    return {
        "id": order.id,
        "client_order_id": request.client_order_id,
        "created_at": order.created_at,
        "updated_at": order.updated_at,
        "submitted_at": order.created_at,
        "filled_at": moments.get("filled"),
        "expired_at": moments.get("expired"),
        "canceled_at": moments.get("canceled"),
        "cancel_requested_at": moments.get("pending_cancel"),
        "failed_at": moments.get("rejected"),
        "replaced_at": moments.get("replaced"),
        "replaced_by": order.replaced_by,
        "replaces": order.replaces,
        "asset_id": order.asset_id,
        "symbol": request.symbol,
        "asset_class": "us_equity",
        "notional": request.notional and request.notional.decimal,
        "qty": _optional(request.quantity),
        "filled_qty": trimmed(order.filled),
        "filled_avg_price": _optional(order.average),
        "order_class": (order.parent or order).request.order_class,
        "order_type": request.kind,
        "type": request.kind,
        "side": request.side,
        "time_in_force": request.time_in_force,
        "limit_price": _optional(request.limit_price),
        **_stop_view(order),
        "status": order.status,
        "extended_hours": request.extended_hours,
        "legs": legs or None,
        "position_intent": request.position_intent,
        "commission": trimmed(request.commission.rate) if request.commission else "0",
        "commission_type": request.commission.kind if request.commission else "notional",
        **dict.fromkeys(ABSENT),
    }


def _stop_view(order: Order) -> dict[str, object]:
    trail, stop = order.request.trail, order.stop
    return {
        "stop_price": _optional(stop.price if stop else order.request.stop_price),
        "trail_price": _optional(trail.price if trail else None),
        "trail_percent": _optional(trail.percent if trail else None),
        "hwm": _optional(stop.mark if trail and stop else None),
    }


def position_view(position: Position, market: Market) -> dict[str, object]:
    listing = market.find(position.symbol)
    quantity, price = position.shares.balance, market.price(position.symbol)
    previous = market.previous_close(position.symbol)
    average = Money(position.gross * PRICE_PER_CENT // quantity.minor, PRICE)
    worth = market.value(position.symbol, quantity)
    cost = Money(position.gross // 10**quantity.asset.scale, worth.asset)
    gain, gain_ratio = trimmed(worth - cost), ratio(worth - cost, cost)
    return {
        "asset_id": listing.asset_id,
        "symbol": listing.symbol,
        "exchange": listing.exchange,
        "asset_class": "us_equity",
        "asset_marginable": True,
        "avg_entry_price": trimmed(average),
        "qty": trimmed(quantity),
        "qty_available": trimmed(position.shares.available),
        "side": "long",
        "cost_basis": trimmed(cost),
        "market_value": trimmed(worth),
        "current_price": trimmed(price),
        "lastday_price": trimmed(previous),
        "change_today": ratio(price - previous, previous),
        "unrealized_pl": gain,
        "unrealized_plpc": gain_ratio,
        "unrealized_intraday_pl": gain,
        "unrealized_intraday_plpc": gain_ratio,
    }


def _optional(money: Money | None) -> str | None:
    return None if money is None else trimmed(money)
