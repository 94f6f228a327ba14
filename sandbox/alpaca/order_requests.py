"""Reading an order request by the rules of alpaca.md §7, before balances are checked."""

from __future__ import annotations

import attrs

from domain.money import USD, Asset, Money
from sandbox.alpaca.commissions import RATE, TYPES, Commission
from sandbox.alpaca.errors import Invalid, NotAllowed, Unprocessable
from sandbox.alpaca.fields import Fields
from sandbox.alpaca.order_request import OrderRequest
from sandbox.alpaca.stops import PERCENT, Trail
from sandbox.alpaca.symbols import Listing

SIDES = ("buy", "sell")
KINDS = ("market", "limit", "stop", "stop_limit", "trailing_stop")
TIMES = ("day", "gtc", "opg", "cls", "ioc", "fok")
CLASSES = ("", "simple", "bracket", "oto", "oco")
INTENTS = ("buy_to_open", "buy_to_close", "sell_to_open", "sell_to_close")
CLIENT_ORDER_ID_MAX = 128
TICKS = Asset("USD", 4)
TICKS_PER_CENT, DOLLAR = 100, 10_000
LIMITED = frozenset({"limit", "stop_limit"})
STOPPED = frozenset({"stop", "stop_limit"})
NOTIONAL_KINDS = frozenset({"market", "limit"})


def read_order_request(
    fields: Fields, listing: Listing, *, new_id: str, notional_min: Money
) -> OrderRequest:
    """The request; ``new_id`` is its client order id when the customer gives none."""
    kind = fields.choice("type", KINDS)
    order_class = fields.choice("order_class", CLASSES) if fields.optional("order_class") else ""
    request = OrderRequest(
        symbol=listing.symbol,
        side=fields.choice("side", SIDES),
        kind=kind,
        time_in_force=fields.choice("time_in_force", TIMES),
        quantity=fields.amount("qty", Asset.share(listing.symbol)),
        notional=fields.amount("notional", USD),
        limit_price=_limit_price(fields, order_class),
        extended_hours=bool(fields.values.get("extended_hours")),
        client_order_id=fields.optional("client_order_id", length_max=CLIENT_ORDER_ID_MAX)
        or new_id,
        stop_price=fields.amount("stop_price", USD),
        trail=read_trail(fields),
        order_class="" if order_class == "simple" else order_class,
        commission=read_commission(fields),
        position_intent=read_intent(fields),
    )
    check_order_request(request, listing, notional_min=notional_min)
    return request


def _limit_price(fields: Fields, order_class: str) -> Money | None:
    """An oco order is its own take-profit."""
    if order_class == "oco" and not fields.optional("limit_price"):
        return fields.section("take_profit").amount("limit_price", USD)
    return read_limit_price(fields, is_buy=fields.optional("side") == "buy")


def read_limit_price(fields: Fields, *, is_buy: bool) -> Money | None:
    """
    A price with 2 decimals, below a dollar with 4.

    Prices move in whole cents here, so a limit between two of them is the one that it lets trade.
    """
    exact = fields.amount("limit_price", TICKS)
    if exact is None:
        return None
    cents, rest = divmod(exact.minor, TICKS_PER_CENT)
    if rest and exact.minor >= DOLLAR:
        raise Unprocessable(
            f"invalid limit_price {fields.optional('limit_price')}. "
            "sub-penny increment does not fulfill minimum pricing criteria"
        )
    return Money(cents if is_buy or not rest else cents + 1, USD)


def read_trail(fields: Fields) -> Trail | None:
    price, percent = fields.amount("trail_price", USD), fields.amount("trail_percent", PERCENT)
    if price and percent:
        raise Invalid("only one of trail_price or trail_percent is accepted")
    return Trail(price=price, percent=percent) if price or percent else None


def read_commission(fields: Fields) -> Commission | None:
    if fields.optional("commission") in {None, "0", "0.0"}:
        return None
    kind = fields.choice("commission_type", TYPES, default="notional")
    rate = fields.amount("commission", RATE)
    return None if rate is None else Commission(kind=kind, rate=rate)


def read_intent(fields: Fields) -> str | None:
    return fields.choice("position_intent", INTENTS) if fields.optional("position_intent") else None


def amend(request: OrderRequest, fields: Fields, listing: Listing, *, new_id: str) -> OrderRequest:
    """The same request with the fields of a replacement. Raises ``AlpacaRefusal``."""
    if request.notional is not None:
        raise Unprocessable("notional orders cannot be replaced")
    changed = attrs.evolve(
        request,
        quantity=fields.amount("qty", request.asset) or request.quantity,
        limit_price=read_limit_price(fields, is_buy=request.is_buy) or request.limit_price,
        stop_price=fields.amount("stop_price", USD) or request.stop_price,
        trail=_amended_trail(request.trail, fields),
        time_in_force=fields.choice("time_in_force", TIMES, default=request.time_in_force),
        client_order_id=fields.optional("client_order_id", length_max=CLIENT_ORDER_ID_MAX)
        or new_id,
    )
    check_order_request(changed, listing, notional_min=Money.zero(USD))
    return changed


def _amended_trail(trail: Trail | None, fields: Fields) -> Trail | None:
    """``trail`` is dollars or percent, as in the order (alpaca.md §7)."""
    if trail is None or not fields.optional("trail"):
        return trail
    if trail.price is not None:
        return Trail(price=fields.amount("trail", USD), percent=None)
    return Trail(price=None, percent=fields.amount("trail", PERCENT))


def check_order_request(request: OrderRequest, listing: Listing, *, notional_min: Money) -> None:
    _check_size(request, notional_min)
    _check_prices(request)
    if request.extended_hours and (
        request.kind != "limit" or request.time_in_force not in {"day", "gtc"}
    ):
        raise Unprocessable("extended hours orders must be limit orders with TIF day or gtc")
    if request.is_fractional:
        _check_fraction(request, listing)
    if request.order_class:
        _check_class(request)


def _check_size(request: OrderRequest, notional_min: Money) -> None:
    if request.quantity is None and request.notional is None:
        raise Invalid("qty is required")
    if request.quantity is not None and request.notional is not None:
        raise Invalid("only one of qty or notional is accepted")
    if request.notional is not None:
        check_cost_basis(request.notional, notional_min)
    if request.notional is not None and request.kind not in NOTIONAL_KINDS:
        raise Unprocessable("notional orders must be market or limit orders")


def check_cost_basis(cost: Money, minimum: Money) -> None:
    """guess: the wording is the live service's; the minimum itself is a setting."""
    if cost < minimum:
        raise NotAllowed(
            f"cost basis must be >= minimal amount of order {minimum.decimal}",
            cost_basis=cost.decimal,
        )


def _check_prices(request: OrderRequest) -> None:
    """Each kind has exactly its own prices."""
    for name, price, wanted in (
        ("limit_price", request.limit_price, request.kind in LIMITED),
        ("stop_price", request.stop_price, request.kind in STOPPED),
        ("trail_price or trail_percent", request.trail, request.kind == "trailing_stop"),
    ):
        if wanted and price is None:
            raise Invalid(f"{name} is required")
        if price is not None and not wanted:
            raise Invalid(f"{request.kind.replace('_', ' ')} orders must not have a {name}")


def _check_fraction(request: OrderRequest, listing: Listing) -> None:
    if request.time_in_force != "day":
        raise Unprocessable("fractional orders must be DAY orders")
    if request.order_class:
        raise Unprocessable("fractional orders must be simple orders")
    if not listing.fractionable:
        raise NotAllowed(f"asset {listing.symbol} is not fractionable")


def _check_class(request: OrderRequest) -> None:
    if request.extended_hours:
        raise Unprocessable("extended hours orders must be simple orders")
    if request.time_in_force not in {"day", "gtc"}:
        raise Unprocessable("complex orders must have TIF day or gtc")
    if request.order_class == "oco" and request.kind != "limit":
        raise Unprocessable("oco orders must be limit orders")
