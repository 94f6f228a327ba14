"""
An order: reserved, placed at the broker, filled in one or many parts, ended.

    draft -> reserved -> submitted -> accepted -> partially_filled -> filled
    (cancel_requested -> canceled, rejected, expired)

What happens at the broker comes as snapshots of the order, see ``order_snapshots``; what they post is in
``order_fills``.
"""

from __future__ import annotations

import attrs

from domain.audit.record import AuditKind
from domain.ids import Reference
from domain.money import Money
from domain.processes.decision import Decision
from domain.processes.facts.effects import EffectRefused, EffectUnknown, LedgerRefused
from domain.processes.facts.trading import CancelRequested, OrderFact, OrderReported
from domain.processes.instructions import PlaceOrder
from domain.processes.process_type import ProcessType
from domain.processes.trading import order_fills as fills
from domain.processes.trading import order_snapshots as snapshots
from domain.review.given_up import noted
from domain.trading.order import Order, OrderNotOpen, OrderStage

Stage = OrderStage
Outcome = Decision[Order]


def place(order: Order) -> Outcome:
    """Reserve what the order may use and send it to the broker."""
    placing = PlaceOrder(
        reference=order.reference, broker_account_id=order.broker_account_id, terms=order.terms
    )
    reserved = attrs.evolve(order, stage=Stage.RESERVED)
    return Decision(reserved, entries=(fills.hold(order),), instructions=(placing,))


def decide(order: Order, fact: OrderFact) -> Outcome:
    """What the order becomes, given one fact. Raises ``OrderNotOpen`` for a cancel that is too late."""
    match fact:
        case OrderReported() if fact.reference == order.reference:
            return snapshots.take(order, fact)
        case CancelRequested():
            return _cancel(order)
        case EffectRefused() if fact.reference == order.reference:
            return _refused(order, fact.reason)
        case EffectUnknown() if fact.reference == order.reference and not _is_settled(order):
            known = noted(order.given_up, fact.reference, has_failed=False)
            return snapshots.to_review(attrs.evolve(order, given_up=known), fact.reason)
        case LedgerRefused():
            return snapshots.to_review(order, fact.reason)
        case EffectRefused() | EffectUnknown() if _is_cancel(order, fact.reference):
            return _cancel_lost(order)
        case OrderReported() | EffectRefused() | EffectUnknown():
            return Decision(order)


def _is_settled(order: Order) -> bool:
    """Whether the order has ended or is in review."""
    return order.stage.is_final or order.stage is Stage.MANUAL_REVIEW


def _cancel(order: Order) -> Outcome:
    """In review it stays there, and what contradicts the books stays for people to rule on."""
    if _reached(order).is_final:
        raise OrderNotOpen
    if order.cancel_wanted:
        return Decision(order)
    wanted = attrs.evolve(_continuing(order, Stage.CANCEL_REQUESTED), cancel_wanted=True)
    if order.provider_id is None and not order.disputed:
        return Decision(wanted)  # the broker is not known to have it
    wanted = attrs.evolve(wanted, cancels=order.cancels + 1)
    return Decision(wanted, instructions=(snapshots.cancel_order(wanted),))


def _is_cancel(order: Order, ref: Reference) -> bool:
    """Whether it is the last request to cancel; one of before has been repeated since."""
    return order.cancel_wanted and ref == snapshots.cancel_order(order).reference


def _cancel_lost(order: Order) -> Outcome:
    """The order continues, and its cancellation can be requested once more."""
    asked = attrs.evolve(order, cancel_wanted=False, cancels=max(order.cancels, 1))
    if _reached(order) is not Stage.CANCEL_REQUESTED:
        return Decision(asked)
    stage = Stage.PARTIALLY_FILLED if order.filled else Stage.ACCEPTED
    return Decision(_continuing(asked, stage))


def _reached(order: Order) -> Stage:
    """The stage, or the one that it was in before its review."""
    return order.paused_stage or order.stage


def _continuing(order: Order, stage: Stage) -> Order:
    """The order in ``stage``, or in review and then in it."""
    if order.stage is Stage.MANUAL_REVIEW:
        return attrs.evolve(order, paused_stage=stage)
    return attrs.evolve(order, stage=stage)


def _refused(order: Order, reason: str) -> Outcome:
    if _reached(order).is_final or order.disputed or order.provider_id is not None:
        return Decision(order)
    rejected = attrs.evolve(
        order,
        stage=Stage.REJECTED,
        hold=Money.zero(order.hold.asset),
        paused_stage=None,
        reason=reason,
    )
    return Decision(rejected, entries=(fills.release(order),))


def awaits(order: Order, ref: Reference) -> bool:
    """Whether a fact about the effect ``ref`` would still matter."""
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
    facts=OrderFact,
    decide=decide,
    awaits=awaits,
    ended=frozenset({Stage.FILLED, Stage.CANCELED, Stage.REJECTED, Stage.EXPIRED}),
    takes_back=(OrderReported,),
    opening=AuditKind.ORDER_PLACED,
    terms=_terms,
)
