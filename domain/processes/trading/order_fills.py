"""The entries of an order: what it reserves, what its fills move, and what is released at its end."""

from __future__ import annotations

import attrs

from domain.ledger.entry import Entry
from domain.ledger.templates import holds
from domain.ledger.templates import trading as templates
from domain.processes.decision import Decision
from domain.processes.facts.trading import OrderReported
from domain.trading.order import Order, Side


def hold(order: Order) -> Entry:
    return holds.reserved(
        f"{order.id}:reserved", owner=order.investor_id, process_id=order.id, amount=order.hold
    )


def release(order: Order) -> Entry:
    return holds.released(
        f"{order.id}:released:{order.fills}",
        owner=order.investor_id,
        process_id=order.id,
        amount=order.hold,
    )


def post(order: Order, fact: OrderReported) -> Decision[Order]:
    """Post the difference between the snapshot's cumulative fill and ours."""
    more = fact.filled - order.filled
    if not more.is_positive or fact.average_price is None:
        return Decision(order)
    # The average is rounded, so a small further fill can make the whole look cheaper than before.
    cost = max(fact.average_price.cost(fact.filled), order.cost)
    advanced = attrs.evolve(order, filled=fact.filled, cost=cost, fills=order.fills + 1)
    key = f"{order.id}:fill:{advanced.fills}"
    dollars = cost - order.cost
    if order.terms.side is Side.BUY:
        from_hold = min(dollars, order.hold)
        entry = templates.bought(
            key,
            owner=order.investor_id,
            process_id=order.id,
            shares=more,
            from_hold=from_hold,
            owed=dollars - from_hold,
        )
        return Decision(attrs.evolve(advanced, hold=order.hold - from_hold), entries=(entry,))
    reserved = min(more, order.hold)
    entry = templates.sold(
        key,
        owner=order.investor_id,
        process_id=order.id,
        from_hold=reserved,
        from_free=more - reserved,
        proceeds=dollars,
    )
    return Decision(attrs.evolve(advanced, hold=order.hold - reserved), entries=(entry,))
