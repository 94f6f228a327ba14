"""
Reports that contradict what is booked, or what was asked for.

The order goes to review and stays there until it is ruled on: no later report ends it, since each is
counted from fills that are in doubt. What certainly happened is booked before.
"""

from __future__ import annotations

import attrs

from domain.processes.decision import Decision
from domain.processes.facts.trading import OrderReported, OrderStatus
from domain.processes.trading import order_fills as fills
from domain.trading import fill_cost
from domain.trading.order import Order, OrderStage, Side

_LIVE = {OrderStatus.ACCEPTED, OrderStatus.OPEN}
_OVER = {OrderStage.CANCELED, OrderStage.REJECTED, OrderStage.EXPIRED}


def contradiction(order: Order, fact: OrderReported) -> str | None:
    """Why the report cannot be booked, if it cannot."""
    if fact.filled.asset != order.terms.asset:
        return f"the broker reports {fact.filled.asset.code}, which was not ordered"
    if fact.side not in {None, order.terms.side}:
        return "the broker reports the other side"
    if fact.account_id not in {None, order.broker_account_id}:
        return "the broker reports another account"
    if _takes_back(order, fact):
        return f"the broker corrected the fill to {_shown(fact)}"
    if _does_not_add_up(order, fact):
        return f"the broker's fills do not add up to {_shown(fact)}"
    if fact.filled > order.filled and fact.average_price is None and order.stage.is_final:
        return f"the broker reports {fact.filled} without a price"
    if _is_lost(fact) and not order.stage.is_final:
        return "the broker replaced the order by one that cannot be found"
    return None


def surprise(before: Order, after: Order, fact: OrderReported) -> str | None:
    """What has happened against what was asked for; it is booked nevertheless."""
    if before.stage in _OVER and fact.status in _LIVE and fact.age.is_later(before.age):
        return f"the broker goes on with the order, which was {before.stage.value}"
    if after.filled == before.filled:
        return None
    terms = after.terms
    if terms.quantity is not None and after.filled > terms.quantity:
        return f"the broker filled {after.filled} of {terms.quantity}"
    if terms.side is Side.BUY and terms.notional is not None and after.cost > terms.notional:
        return f"the broker spent {after.cost} of {terms.notional}"
    return None


def opened(order: Order, reason: str) -> Order:
    """The order in a review that only a ruling ends."""
    is_paused = order.stage is OrderStage.MANUAL_REVIEW
    return attrs.evolve(
        order,
        stage=OrderStage.MANUAL_REVIEW,
        paused_stage=order.paused_stage if is_paused else order.stage,
        disputed=True,
        reason=reason,
    )


def noted(order: Order, fact: OrderReported, reason: str | None) -> Decision[Order]:
    """
    What the broker says is kept as the reason, and its age.

    So a proposal to rule on what was said before no longer fits, and none of it is booked later.
    """
    if reason is None and not fact.age.is_later(order.age):
        return Decision(order)
    told = opened(order, reason or f"the broker shows {_shown(fact)}, {fact.status.value}")
    if _is_lost(fact):  # nothing more can be heard of it, so the ruling is its end
        told = attrs.evolve(told, paused_stage=OrderStage.CANCELED)
    return Decision(attrs.evolve(told, age=order.age.newest(fact.age)))


def _is_lost(fact: OrderReported) -> bool:
    """Whether the order was looked up, and the one that replaces it was not found."""
    return fact.status is OrderStatus.REPLACED and fact.age.event_id is None


def _takes_back(order: Order, fact: OrderReported) -> bool:
    """
    Whether less is filled than is booked, or for other dollars than its rounding explains.

    A report of less whose age is not known is taken for a late one, unless it says that it corrects.
    """
    is_new = fact.corrects or fact.age.is_known
    if fact.filled < order.filled:
        return is_new and fact.status is not OrderStatus.REPLACED
    if fact.average_price is None or not order.filled:
        return False
    change = fills.cost_by_average(order, fact, fact.average_price) - order.cost
    if fact.filled == order.filled and fact.corrects:
        return bool(change)
    slack = fill_cost.tolerance(fact.average_price, fact.filled)
    return change < -slack or (fact.filled == order.filled and change > slack)


def _does_not_add_up(order: Order, fact: OrderReported) -> bool:
    """Whether the fills that were told one by one disagree with the average of all."""
    one = fills.next_execution(order, fact)
    if one is None or fact.average_price is None:
        return False
    exact = fills.exact_cost(order) + fill_cost.of_fill(one.price, one.quantity)
    told = fills.cost_by_average(order, fact, fact.average_price)
    change = fill_cost.rounded(order.terms, exact) - told
    return max(change, -change) > fill_cost.tolerance(fact.average_price, fact.filled)


def _shown(fact: OrderReported) -> str:
    if fact.average_price is None:
        return str(fact.filled)
    return f"{fact.filled} at {fact.average_price}"
