"""
An order's way: reserved, placed at the broker, filled in one or many pieces, ended.

    draft -> reserved -> submitted -> accepted -> partially_filled -> filled
    (cancel_requested -> canceled, rejected, expired)

The broker's snapshot of the order is the fact. Its quantity and average price are cumulative, so what is
booked is the difference to what was booked before: repeated and late snapshots differ by nothing. The
arrows that really happen are taken as they come: a fill after a cancel request, a fill after "canceled".
"""

from __future__ import annotations

import attrs

from domain.audit.record import AuditKind
from domain.ids import Reference, reference
from domain.ledger import templates
from domain.ledger.entry import Entry
from domain.money import Money
from domain.processes.decision import Decision
from domain.processes.facts.effects import EffectRefused, EffectUnknown, LedgerRefused
from domain.processes.facts.fact import Fact
from domain.processes.facts.trading import CancelRequested, OrderReported, OrderStatus
from domain.processes.instructions import (
    CancelOrder,
    Instruction,
    LookUp,
    LookupKind,
    PlaceOrder,
)
from domain.processes.process_type import ProcessType
from domain.review.given_up import noted
from domain.trading.order import Order, OrderNotOpen, OrderStage, Side

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


def place(order: Order) -> Outcome:
    """Reserve what the order may use and send it to the broker."""
    hold = templates.reserved(
        f"{order.id}:reserved", owner=order.investor_id, process_id=order.id, amount=order.hold
    )
    placing = PlaceOrder(
        reference=order.reference, broker_account_id=order.broker_account_id, terms=order.terms
    )
    reserved = attrs.evolve(order, stage=Stage.RESERVED)
    return Decision(reserved, entries=(hold,), instructions=(placing,))


def decide(order: Order, fact: Fact) -> Outcome:
    """What the order becomes, given one fact. Raises ``OrderNotOpen`` for a cancel too late."""
    match fact:
        case OrderReported() if fact.reference == order.reference:
            return _reported(order, fact)
        case CancelRequested():
            return _cancel(order)
        case EffectRefused() if fact.reference == order.reference:
            return _refused(order, fact.reason)
        case EffectUnknown() if fact.reference == order.reference and not _is_settled(order):
            known = noted(order.given_up, fact.reference, has_failed=False)
            return _to_review(attrs.evolve(order, given_up=known), fact.reason)
        case LedgerRefused():
            return _to_review(order, fact.reason)
        case _:
            return Decision(order)


def _is_settled(order: Order) -> bool:
    """Whether the order has ended or a person has it already."""
    return order.stage.is_final or order.stage is Stage.MANUAL_REVIEW


def _to_review(order: Order, reason: str) -> Outcome:
    paused_stage = order.paused_stage if order.stage is Stage.MANUAL_REVIEW else order.stage
    paused = attrs.evolve(
        order, stage=Stage.MANUAL_REVIEW, paused_stage=paused_stage, reason=reason
    )
    return Decision(paused)


def _reported(order: Order, fact: OrderReported) -> Outcome:
    if fact.corrects and _takes_back(order, fact):
        return _to_review(order, f"the broker corrected the fill to {fact.filled}")
    if fact.filled > order.filled and fact.average_price is None:
        # Booked for nothing, it would end the order; the next snapshot has the price.
        return Decision(order)
    if order.stage is Stage.MANUAL_REVIEW:
        return _resume(order, fact)
    filled = _book_fill(order, fact)
    stage = _next_stage(filled.record, fact)
    known = attrs.evolve(
        filled.record, stage=stage, provider_id=fact.provider_id, reason=fact.reason or order.reason
    )
    entries = filled.entries
    instructions: list[Instruction] = []
    if stage.is_final and known.hold:
        entries = (*entries, _release(known))
        known = attrs.evolve(known, hold=Money.zero(known.hold.asset))
    if order.provider_id is None and not stage.is_final:
        instructions.append(
            LookUp.into(LookupKind.ORDER, known.reference, account_id=known.broker_account_id)
        )
    if order.cancel_wanted and order.provider_id is None and not stage.is_final:
        instructions.append(_cancel_order(known))
    return Decision(known, entries=entries, instructions=tuple(instructions))


def _takes_back(order: Order, fact: OrderReported) -> bool:
    """Whether part of what was filled, or its price, is changed: a person decides how to book that."""
    is_repriced = fact.average_price is not None and (
        fact.average_price.cost(fact.filled) != order.cost
    )
    return fact.filled < order.filled or (fact.filled == order.filled and is_repriced)


def _resume(order: Order, fact: OrderReported) -> Outcome:
    """In review, a snapshot counts that shows the order moving on, never one that shows it less filled."""
    if order.paused_stage is None or fact.filled < order.filled:
        return Decision(order)
    paused = attrs.evolve(
        order, stage=order.paused_stage, paused_stage=None, reason=None, given_up=()
    )
    outcome = _reported(paused, fact)
    has_moved = outcome.entries or outcome.record.stage is not paused.stage
    return outcome if has_moved else Decision(order)


def _next_stage(order: Order, fact: OrderReported) -> Stage:
    """Forward only: a late snapshot never takes an order back, and the end is the end."""
    reported = _STAGE_OF[fact.status]
    if reported is Stage.FILLED or not order.stage.is_final:
        if reported.is_final:
            return reported
        if order.stage is Stage.CANCEL_REQUESTED:
            return order.stage
        reached = Stage.PARTIALLY_FILLED if order.filled else reported
        return reached if _RANK[reached] > _RANK[order.stage] else order.stage
    return order.stage


def _book_fill(order: Order, fact: OrderReported) -> Outcome:
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


def _release(order: Order) -> Entry:
    return templates.released(
        f"{order.id}:released:{order.fills}",
        owner=order.investor_id,
        process_id=order.id,
        amount=order.hold,
    )


def _cancel(order: Order) -> Outcome:
    if _is_settled(order):
        raise OrderNotOpen
    if order.cancel_wanted:
        return Decision(order)
    wanted = attrs.evolve(order, stage=Stage.CANCEL_REQUESTED, cancel_wanted=True)
    if order.provider_id is None:
        return Decision(wanted)
    return Decision(wanted, instructions=(_cancel_order(wanted),))


def _cancel_order(order: Order) -> CancelOrder:
    return CancelOrder(
        reference=reference(order.id, "cancel"),
        order=order.reference,
        broker_account_id=order.broker_account_id,
    )


def _refused(order: Order, reason: str) -> Outcome:
    if order.stage.is_final or order.provider_id is not None:
        return Decision(order)
    rejected = attrs.evolve(
        order,
        stage=Stage.REJECTED,
        hold=Money.zero(order.hold.asset),
        paused_stage=None,
        reason=reason,
    )
    return Decision(rejected, entries=(_release(order),))


def awaits(order: Order, ref: Reference) -> bool:
    """Whether news of the order would still matter."""
    return ref == order.reference and not order.stage.is_final


def _terms(order: Order) -> dict[str, str]:
    terms = order.terms
    given = {
        "symbol": terms.symbol,
        "side": terms.side.value,
        "type": terms.type.value,
        "notional": terms.notional,
        "quantity": terms.quantity,
        "limit_price": terms.limit_price,
        "basket": order.basket,
    }
    return {name: str(value) for name, value in given.items() if value is not None}


PROCESS = ProcessType(
    record=Order,
    decide=decide,
    awaits=awaits,
    ended=frozenset({Stage.FILLED, Stage.CANCELED, Stage.REJECTED, Stage.EXPIRED}),
    opening=AuditKind.ORDER_PLACED,
    terms=_terms,
)
