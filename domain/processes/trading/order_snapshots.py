"""
The broker's snapshot of an order: its quantity and average price are cumulative.

What is posted is the difference from what was posted before, so repeated and late snapshots post nothing.
Fills that really happened are posted as they come: after a cancel request, and even after "canceled".
A snapshot that is older than what was posted or ruled on changes nothing; what contradicts it is in
``order_disputes``.
"""

from __future__ import annotations

import attrs

from domain.ids import reference
from domain.money import Money
from domain.processes.decision import Decision
from domain.processes.facts.trading import OrderReported, OrderStatus
from domain.processes.instructions import CancelOrder, Instruction, LookUp, LookupKind
from domain.processes.trading import order_disputes as disputes
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
    if fact.age.is_outdated(order.age):
        return Decision(order)
    reason = disputes.contradiction(order, fact)
    if reason or order.disputed:
        return disputes.noted(order, fact, reason)
    if fact.filled > order.filled and fact.average_price is None:
        # Posted without a price, it would end the order; the next snapshot has the price.
        return Decision(order)
    if order.stage is Stage.MANUAL_REVIEW:
        return _resume(order, fact)
    return _follow(order, fact)


def _follow(order: Order, fact: OrderReported) -> Outcome:
    filled = fills.post(order, fact)
    known = attrs.evolve(
        filled.record,
        stage=_next_stage(filled.record, fact),
        provider_id=_provider_id(order, fact),
        reason=fact.reason or order.reason,
        age=order.age.newest(fact.age),
    )
    if _says_nothing_new(order, known, fact):
        return Decision(order)
    entries = filled.entries
    if known.stage.is_final and known.hold:
        entries = (*entries, fills.release(known))
        known = attrs.evolve(known, hold=Money.zero(known.hold.asset))
    instructions: tuple[Instruction, ...] = ()
    if _needs_lookup(order, known, fact):
        known, lookup = looked_up(known)
        instructions = (lookup,)
    if order.cancel_wanted and order.provider_id is None and not known.stage.is_final:
        known = attrs.evolve(known, cancels=known.cancels + 1)
        instructions = (*instructions, cancel_order(known))
    if surprise := disputes.surprise(order, known, fact):
        known = disputes.opened(known, surprise)
    return Decision(known, entries=entries, instructions=instructions)


def _provider_id(order: Order, fact: OrderReported) -> str:
    """A replaced order is known by its successor, if that has been heard of."""
    is_replaced = fact.status is OrderStatus.REPLACED
    return (order.provider_id if is_replaced else None) or fact.provider_id


def _says_nothing_new(order: Order, known: Order, fact: OrderReported) -> bool:
    """Whether only an event's id is new. That of a correction is kept: what it corrects may come later."""
    if attrs.evolve(known, age=order.age) != order or fact.corrects:
        return False
    return known.age.updated_at == order.age.updated_at


def _needs_lookup(before: Order, known: Order, fact: OrderReported) -> bool:
    """Whether the order has only now been heard of, or continues under another id."""
    is_news = before.provider_id is None or fact.status is OrderStatus.REPLACED
    return is_news and not known.stage.is_final


def looked_up(order: Order) -> tuple[Order, LookUp]:
    """The order with a further look-up, which is repeated until it has ended."""
    asked = attrs.evolve(order, lookups=order.lookups + 1)
    first = LookUp.into(LookupKind.ORDER, order.reference, account_id=order.broker_account_id)
    step = first.reference.split(":")[1]
    return asked, attrs.evolve(first, reference=reference(order.id, step, asked.lookups))


def to_review(order: Order, reason: str) -> Outcome:
    paused_stage = order.paused_stage if order.stage is Stage.MANUAL_REVIEW else order.stage
    paused = attrs.evolve(
        order, stage=Stage.MANUAL_REVIEW, paused_stage=paused_stage, reason=reason
    )
    return Decision(paused)


def cancel_order(order: Order) -> CancelOrder:
    return CancelOrder(
        reference=reference(order.id, "cancel", max(order.cancels, 1)),
        order=order.reference,
        broker_account_id=order.broker_account_id,
    )


def _resume(order: Order, fact: OrderReported) -> Outcome:
    """In review, only a snapshot that shows progress counts, never one with less filled."""
    if order.paused_stage is None or fact.filled < order.filled:
        return Decision(order)
    paused = attrs.evolve(
        order, stage=order.paused_stage, paused_stage=None, reason=None, given_up=()
    )
    outcome = _follow(paused, fact)
    is_news = outcome.entries or outcome.instructions
    if not is_news and outcome.record.stage is paused.stage:
        return Decision(order)
    return continued(outcome)


def continued(outcome: Outcome) -> Outcome:
    """After a review, in which the look-ups may have been given up, an open order is looked up again."""
    is_asked = any(isinstance(each, LookUp) for each in outcome.instructions)
    if outcome.record.stage.is_final or is_asked:
        return outcome
    known = outcome.record
    order, lookup = looked_up(attrs.evolve(known, lookups=max(known.lookups, 1)))
    return attrs.evolve(outcome, record=order, instructions=(*outcome.instructions, lookup))


def _next_stage(order: Order, fact: OrderReported) -> Stage:
    """Forward only: a late snapshot never takes an order back, and an ended order stays ended."""
    reported = _STAGE_OF.get(fact.status, order.stage)  # what replaces the order decides
    if reported is Stage.FILLED or not order.stage.is_final:
        if reported.is_final:
            return reported
        if order.stage is Stage.CANCEL_REQUESTED:
            return order.stage
        reached = Stage.PARTIALLY_FILLED if order.filled else reported
        return reached if _RANK[reached] > _RANK[order.stage] else order.stage
    return order.stage
