"""The entries of an order: what it reserves, what its fills move, and what is released at its end."""

from __future__ import annotations

from fractions import Fraction

import attrs

from domain.ledger.entry import Entry
from domain.ledger.templates import holds
from domain.ledger.templates import trading as templates
from domain.money import Money
from domain.processes.decision import Decision
from domain.processes.facts.trading import Execution, OrderReported
from domain.quantity import Price
from domain.trading import fill_cost
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


def exact_cost(order: Order) -> Fraction:
    """What is booked, in dollars; orders of before know it in whole cents only."""
    if order.exact_cost is not None:
        return order.exact_cost
    return Fraction(order.cost.minor, 10**order.cost.asset.scale)


def next_execution(order: Order, fact: OrderReported) -> Execution | None:
    """The fill that the report is about, if it is all that has been added to what is booked."""
    one = fact.execution
    is_next = one is not None and not fact.corrects and order.filled + one.quantity == fact.filled
    return one if is_next else None


def cost_by_average(order: Order, fact: OrderReported, average: Price) -> Money:
    """The whole cost by the average; a buy for dollars does not cost more by its rounding."""
    cost = fill_cost.rounded(order.terms, fill_cost.of_average(average, fact.filled))
    notional = order.terms.notional
    if order.terms.side is Side.SELL or notional is None:
        return cost
    is_near = cost <= notional + fill_cost.tolerance(average, fact.filled)
    return min(cost, notional) if is_near else cost


def post(order: Order, fact: OrderReported) -> Decision[Order]:
    """Post the difference between the snapshot's cumulative fill and ours."""
    more = fact.filled - order.filled
    if not more.is_positive or fact.average_price is None:
        return Decision(order)
    if one := next_execution(order, fact):
        exact = exact_cost(order) + fill_cost.of_fill(one.price, one.quantity)
        cost = fill_cost.rounded(order.terms, exact)
    else:
        exact = fill_cost.of_average(fact.average_price, fact.filled)
        cost = cost_by_average(order, fact, fact.average_price)
    # Both costs may be off by the rounding of an average, so that the whole seems cheaper than before.
    cost = max(cost, order.cost)
    advanced = attrs.evolve(
        order, filled=fact.filled, cost=cost, exact_cost=exact, fills=order.fills + 1
    )
    return _moved(advanced, shares=more, dollars=cost - order.cost)


def _moved(order: Order, *, shares: Money, dollars: Money) -> Decision[Order]:
    """What is given is taken out of the hold first; the rest is owed, and paid from what is free."""
    is_buy = order.terms.side is Side.BUY
    given = dollars if is_buy else shares
    from_hold = min(given, order.hold)
    entry = (templates.bought if is_buy else templates.sold)(
        f"{order.id}:fill:{order.fills}",
        owner=order.investor_id,
        process_id=order.id,
        shares=shares,
        dollars=dollars,
        from_hold=from_hold,
    )
    return Decision(attrs.evolve(order, hold=order.hold - from_hold), entries=(entry,))


def correction(before: Order, after: Order) -> Entry:
    """The entry for a fill that two people corrected."""
    shares, dollars = after.filled - before.filled, before.cost - after.cost
    is_buy = after.terms.side is Side.BUY
    return templates.fill_corrected(
        f"{after.id}:fill:{after.fills}",
        owner=after.investor_id,
        shares=shares if is_buy else -shares,
        dollars=dollars if is_buy else -dollars,
    )
