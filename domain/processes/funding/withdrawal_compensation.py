"""
Compensation: a withdrawal that cannot be paid out goes back to the investor.

The dollars are in the firm account. They are journalled back, and only when that journal has executed does
the withdrawal count as compensated; a journal that was certainly refused is tried again.
"""

from __future__ import annotations

import attrs

from domain.funding.withdrawal import Withdrawal, WithdrawalStage
from domain.ids import Reference, reference
from domain.ledger import templates
from domain.ledger.entry import Entry
from domain.processes.decision import Decision
from domain.processes.facts.funding import JournalAccepted, JournalExecuted, JournalRejected
from domain.processes.instructions import JournalFunds, LookUp, LookupKind
from domain.processes.review import review

ATTEMPTS_MAX = 4

Stage = WithdrawalStage
Outcome = Decision[Withdrawal]


def current(withdrawal: Withdrawal) -> Reference:
    """The reference of the journal back that counts now."""
    return reference(withdrawal.id, "refund", withdrawal.refund_attempt)


def begin(withdrawal: Withdrawal, reason: str) -> Outcome:
    """The dollars are in the firm account and go back to the investor's."""
    entries: tuple[Entry, ...] = ()
    if withdrawal.wire_completed:
        returned = templates.wire_returned(
            f"{withdrawal.id}:wire-returned", amount=withdrawal.amount
        )
        entries = (returned,)
    compensating = attrs.evolve(
        withdrawal, stage=Stage.COMPENSATING, wire_completed=False, reason=reason
    )
    return Decision(compensating, entries=entries, instructions=_refund_orders(compensating))


def _refund_orders(withdrawal: Withdrawal) -> tuple[JournalFunds, LookUp]:
    """The journal back, and the question what became of it: no stage tells that it was accepted."""
    refund = JournalFunds(
        reference=current(withdrawal),
        broker_account_id=withdrawal.broker_account_id,
        amount=withdrawal.amount,
        to_investor=True,
    )
    return refund, LookUp.into(LookupKind.JOURNAL, refund.reference)


def decide(
    withdrawal: Withdrawal, fact: JournalAccepted | JournalExecuted | JournalRejected
) -> Outcome:
    """What became of the journal back; only when it has executed is the money back."""
    if fact.reference != current(withdrawal):
        return Decision(withdrawal)
    match fact:
        case JournalAccepted():
            return Decision(attrs.evolve(withdrawal, refund_id=fact.provider_id))
        case JournalExecuted():
            entry = templates.withdrawal_refunded(
                f"{withdrawal.id}:refunded",
                owner=withdrawal.investor_id,
                amount=withdrawal.amount,
            )
            compensated = attrs.evolve(withdrawal, stage=Stage.COMPENSATED)
            return Decision(compensated, entries=(entry,))
        case JournalRejected():
            return try_again(withdrawal, fact.reference, fact.reason)


def try_again(withdrawal: Withdrawal, ref: Reference, reason: str) -> Outcome:
    """Another journal back under the next reference, a bounded number of times."""
    if ref != current(withdrawal):
        return Decision(withdrawal)
    if withdrawal.refund_attempt >= ATTEMPTS_MAX:
        return review.pause(withdrawal, reason, about=ref, has_failed=True)
    return next_refund(withdrawal)


def next_refund(withdrawal: Withdrawal) -> Outcome:
    """Nothing was journalled: the dollars are still in the firm account."""
    again = attrs.evolve(withdrawal, refund_attempt=withdrawal.refund_attempt + 1, refund_id=None)
    return Decision(again, instructions=_refund_orders(again))
