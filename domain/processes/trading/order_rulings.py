"""How administrators can resolve an order in review."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from domain.ledger.templates import trading as templates
from domain.processes.decision import Decision
from domain.processes.facts.effects import EffectRefused
from domain.processes.facts.review import Ruled
from domain.processes.instructions import LookUp, LookupKind
from domain.processes.trading import order_execution
from domain.review.given_up import is_given_up
from domain.review.ruling import Action, Evidence
from domain.trading.order import Order, Side

Outcome = Decision[Order]


def rule(order: Order, ruled: Ruled) -> Outcome:
    """What the order becomes; a resolution that does not fit its state changes nothing."""
    match ruled.action:
        case Action.DID_NOT_HAPPEN if is_given_up(order.given_up, order.reference):
            refused = EffectRefused(reference=order.reference, reason=ruled.reason)
            return order_execution.decide(order, refused)
        case Action.CORRECT if order.paused_stage is not None:
            return _corrected(order, ruled.evidence)
        case _:
            return Decision(order)


def questions(order: Order) -> Iterator[LookUp]:
    """What can be looked up: the broker's snapshot of the order."""
    yield LookUp.into(LookupKind.ORDER, order.reference, account_id=order.broker_account_id)


def _corrected(order: Order, evidence: Evidence) -> Outcome:
    """
    Post the difference from what the broker has, in free money and shares.

    The hold stays as it is: later snapshots tell whether more is filled.
    """
    filled, cost = evidence.filled, evidence.cost
    if filled is None or cost is None or filled.minor < 0 or cost.minor < 0:
        return Decision(order)
    if (filled, cost) == (order.filled, order.cost) or order.paused_stage is None:
        return Decision(order)
    is_buy = order.terms.side is Side.BUY
    shares, dollars = filled - order.filled, order.cost - cost
    entry = templates.fill_corrected(
        f"{order.id}:fill:{order.fills + 1}",
        owner=order.investor_id,
        shares=shares if is_buy else -shares,
        dollars=dollars if is_buy else -dollars,
    )
    corrected = attrs.evolve(
        order,
        stage=order.paused_stage,
        paused_stage=None,
        reason=None,
        filled=filled,
        cost=cost,
        fills=order.fills + 1,
    )
    return Decision(corrected, entries=(entry,))
