"""
The broker's snapshot of an order: its quantity and average price are cumulative.

What is posted is the difference from what was posted before, so repeated and late snapshots post nothing.
Fills that really happened are posted as they come: after a cancel request, and even after "canceled".
"""

from __future__ import annotations

import attrs

from domain.ids import reference
from domain.money import Money
from domain.processes.decision import Decision
from domain.processes.facts.trading import OrderReported, OrderStatus
from domain.processes.instructions import CancelOrder, Instruction, LookUp, LookupKind
from domain.processes.trading import order_fills as fills
from domain.trading.order import Order, OrderStage

Stage = OrderStage
Outcome = Decision[Order]

_STAGE_OF = {
    OrderStatus.ACCEPTED: Stage.SUBMITTED,
    OrderStatus.OPEN: Stage.ACCEPTED,
    OrderStatus.FILLED: Stage.FILLED,
    OrderStatus.CANCELED: Stage.CANCELED,
    OrderStatus.REJECTED: Stage.REJECTED,
    OrderStatus.EXPIRED: Stage.EXPIRED,
}
_RANK = {
    stage: rank
    for rank, stage in enumerate(
        [Stage.DRAFT, Stage.RESERVED, Stage.SUBMITTED, Stage.ACCEPTED, Stage.PARTIALLY_FILLED]
    )
}


def take(order: Order, fact: OrderReported) -> Outcome:
    if fact.corrects and _takes_back(order, fact):
        return to_review(order, f"the broker corrected the fill to {fact.filled}")
    if fact.filled > order.filled and fact.average_price is None:
        # Posted without a price, it would end the order; the next snapshot has the price.
        return Decision(order)
    if order.stage is Stage.MANUAL_REVIEW:
        return _resume(order, fact)
    filled = fills.post(order, fact)
    stage = _next_stage(filled.record, fact)
    known = attrs.evolve(
        filled.record, stage=stage, provider_id=fact.provider_id, reason=fact.reason or order.reason
    )
    entries = filled.entries
    instructions: list[Instruction] = []
    if stage.is_final and known.hold:
        entries = (*entries, fills.release(known))
        known = attrs.evolve(known, hold=Money.zero(known.hold.asset))
    if order.provider_id is None and not stage.is_final:
        instructions.append(
            LookUp.into(LookupKind.ORDER, known.reference, account_id=known.broker_account_id)
        )
    if order.cancel_wanted and order.provider_id is None and not stage.is_final:
        instructions.append(cancel_order(known))
    return Decision(known, entries=entries, instructions=tuple(instructions))


def to_review(order: Order, reason: str) -> Outcome:
    paused_stage = order.paused_stage if order.stage is Stage.MANUAL_REVIEW else order.stage
    paused = attrs.evolve(
        order, stage=Stage.MANUAL_REVIEW, paused_stage=paused_stage, reason=reason
    )
    return Decision(paused)


def cancel_order(order: Order) -> CancelOrder:
    return CancelOrder(
        reference=reference(order.id, "cancel"),
        order=order.reference,
        broker_account_id=order.broker_account_id,
    )


def _takes_back(order: Order, fact: OrderReported) -> bool:
    """Whether less is filled than before, or at another price: a person decides how to post that."""
    is_repriced = fact.average_price is not None and (
        fact.average_price.cost(fact.filled) != order.cost
    )
    return fact.filled < order.filled or (fact.filled == order.filled and is_repriced)


def _resume(order: Order, fact: OrderReported) -> Outcome:
    """In review, only a snapshot that shows progress counts, never one with less filled."""
    if order.paused_stage is None or fact.filled < order.filled:
        return Decision(order)
    paused = attrs.evolve(
        order, stage=order.paused_stage, paused_stage=None, reason=None, given_up=()
    )
    outcome = take(paused, fact)
    has_moved = outcome.entries or outcome.record.stage is not paused.stage
    return outcome if has_moved else Decision(order)


def _next_stage(order: Order, fact: OrderReported) -> Stage:
    """Forward only: a late snapshot never takes an order back, and an ended order stays ended."""
    reported = _STAGE_OF[fact.status]
    if reported is Stage.FILLED or not order.stage.is_final:
        if reported.is_final:
            return reported
        if order.stage is Stage.CANCEL_REQUESTED:
            return order.stage
        reached = Stage.PARTIALLY_FILLED if order.filled else reported
        return reached if _RANK[reached] > _RANK[order.stage] else order.stage
    return order.stage
