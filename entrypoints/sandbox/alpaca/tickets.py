"""Reading an order request: the rules of alpaca.md §7, before any money is looked at."""

from __future__ import annotations

import attrs

from domain.money import USD, Asset, Money
from entrypoints.sandbox.alpaca.errors import Invalid, NotAllowed, Unprocessable
from entrypoints.sandbox.alpaca.fields import Fields
from entrypoints.sandbox.alpaca.order import SHARE_UNITS, Ticket
from entrypoints.sandbox.alpaca.symbols import Listing

SIDES = ("buy", "sell")
# The sandbox has no stop or trailing orders; it refuses them like an unknown type.
KINDS = ("market", "limit")
TIMES = ("day", "gtc", "opg", "cls", "ioc", "fok")
CLIENT_ORDER_ID_MAX = 128


def read_ticket(fields: Fields, listing: Listing, *, new_id: str, notional_min: Money) -> Ticket:
    """The order that was asked for; ``new_id`` names it when the customer does not."""
    kind = fields.choice("type", KINDS)
    ticket = Ticket(
        symbol=listing.symbol,
        side=fields.choice("side", SIDES),
        kind=kind,
        time_in_force=fields.choice("time_in_force", TIMES),
        quantity=fields.amount("qty", Asset.share(listing.symbol)),
        notional=fields.amount("notional", USD),
        limit_price=fields.amount("limit_price", USD),
        extended_hours=bool(fields.values.get("extended_hours")),
        client_order_id=fields.optional("client_order_id", length_max=CLIENT_ORDER_ID_MAX)
        or new_id,
    )
    check_ticket(ticket, listing, notional_min=notional_min)
    return ticket


def amend(ticket: Ticket, fields: Fields, listing: Listing, *, new_id: str) -> Ticket:
    """The same order with the fields of a replacement. Raises ``AlpacaRefusal``."""
    if ticket.notional is not None:
        raise Unprocessable("notional orders cannot be replaced")
    changed = attrs.evolve(
        ticket,
        quantity=fields.amount("qty", ticket.asset) or ticket.quantity,
        limit_price=fields.amount("limit_price", USD) or ticket.limit_price,
        time_in_force=fields.choice("time_in_force", TIMES, default=ticket.time_in_force),
        client_order_id=fields.optional("client_order_id", length_max=CLIENT_ORDER_ID_MAX)
        or new_id,
    )
    check_ticket(changed, listing, notional_min=Money.zero(USD))
    return changed


def check_ticket(ticket: Ticket, listing: Listing, *, notional_min: Money) -> None:
    _check_size(ticket, notional_min)
    if ticket.kind == "limit" and ticket.limit_price is None:
        raise Invalid("limit_price is required")
    if ticket.kind == "market" and ticket.limit_price is not None:
        raise Invalid("market orders must not have a limit_price")
    if ticket.extended_hours and (
        ticket.kind != "limit" or ticket.time_in_force not in {"day", "gtc"}
    ):
        raise Unprocessable("extended hours orders must be limit orders with TIF day or gtc")
    if _is_fractional(ticket):
        if ticket.time_in_force != "day":
            raise Unprocessable("fractional orders must be DAY orders")
        if not listing.fractionable:
            raise NotAllowed(f"asset {listing.symbol} is not fractionable")


def _check_size(ticket: Ticket, notional_min: Money) -> None:
    if ticket.quantity is None and ticket.notional is None:
        raise Invalid("qty is required")
    if ticket.quantity is not None and ticket.notional is not None:
        raise Invalid("only one of qty or notional is accepted")
    if ticket.notional is not None and ticket.notional < notional_min:
        # guess: the live service words it so; the minimum itself is a setting.
        raise NotAllowed(
            f"cost basis must be >= minimal amount of order {notional_min.decimal}",
            cost_basis=ticket.notional.decimal,
        )


def _is_fractional(ticket: Ticket) -> bool:
    return ticket.quantity is None or ticket.quantity.minor % SHARE_UNITS != 0
