"""How administrators can resolve an order in review."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from domain.ledger.entry import Entry
from domain.money import Money
from domain.processes.decision import Decision
from domain.processes.facts.effects import EffectRefused
from domain.processes.facts.review import Ruled
from domain.processes.instructions import LookUp, LookupKind
from domain.processes.trading import order_execution
from domain.processes.trading import order_fills as fills
from domain.processes.trading import order_snapshots as snapshots
from domain.review.given_up import is_given_up
from domain.review.ruling import Action, Evidence
from domain.trading.order import Order

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
    Post the difference from what the broker has; if there is none, the review ends.

    The hold stays as it is while later snapshots can tell whether more is filled.
    """
    filled, cost, stage = evidence.filled, evidence.cost, order.paused_stage
    if filled is None or cost is None or filled.minor < 0 or cost.minor < 0 or stage is None:
        return Decision(order)
    corrected = attrs.evolve(
        order, stage=stage, paused_stage=None, reason=None, disputed=False, filled=filled, cost=cost
    )
    entries: tuple[Entry, ...] = ()
    if (filled, cost) != (order.filled, order.cost):
        corrected = attrs.evolve(corrected, fills=order.fills + 1, exact_cost=None)
        entries = (fills.correction(order, corrected),)
    if stage.is_final and order.hold:
        entries = (*entries, fills.release(corrected))
        corrected = attrs.evolve(corrected, hold=Money.zero(order.hold.asset))
    return snapshots.continued(Decision(corrected, entries=entries))
