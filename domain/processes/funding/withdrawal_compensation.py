"""
Compensation: the dollars of a withdrawal that cannot be paid out go back to the investor.

They are in the firm's account and are journalled back. Only when that journal has executed is the
withdrawal compensated; a journal that has certainly failed is tried again.
"""

from __future__ import annotations

import attrs

from domain.funding.withdrawal import Withdrawal, WithdrawalStage
from domain.ids import Reference
from domain.ledger.entry import Entry
from domain.ledger.templates import funding as templates
from domain.ledger.templates import unexplained
from domain.processes.decision import Decision
from domain.processes.facts.funding import (
    JournalAccepted,
    JournalExecuted,
    JournalFact,
    JournalRejected,
)
from domain.processes.funding import withdrawal_books as books
from domain.processes.funding import withdrawal_references as references
from domain.processes.funding.attempt_limits import ATTEMPTS_MAX, WAITS_MAX
from domain.processes.instructions import JournalFunds, LookUp, LookupKind
from domain.processes.review import review

Stage = WithdrawalStage
Outcome = Decision[Withdrawal]


def begin(withdrawal: Withdrawal, reason: str) -> Outcome:
    """Journal the dollars from the firm's account back to the investor's."""
    entries: tuple[Entry, ...] = ()
    if withdrawal.wire_completed:
        returned = templates.wire_returned(
            f"{withdrawal.id}:wire-returned", amount=withdrawal.amount
        )
        entries = (returned,)
    compensating = attrs.evolve(
        withdrawal, stage=Stage.COMPENSATING, wire_completed=False, reason=reason
    )
    return Decision(compensating, entries=entries, instructions=refund(compensating))


def refund(withdrawal: Withdrawal) -> tuple[JournalFunds, LookUp]:
    """The journal, and a look-up of it: no fact that it was accepted would start one."""
    journal = JournalFunds(
        reference=references.refund(withdrawal),
        broker_account_id=withdrawal.broker_account_id,
        amount=withdrawal.refund,
        to_investor=True,
    )
    return journal, LookUp.into(LookupKind.JOURNAL, journal.reference)


def decide(withdrawal: Withdrawal, fact: JournalFact) -> Outcome:
    if fact.reference != references.refund(withdrawal):
        return Decision(withdrawal)
    match fact:
        case JournalAccepted():
            return Decision(attrs.evolve(withdrawal, refund_id=fact.provider_id))
        case JournalExecuted():
            compensated = attrs.evolve(withdrawal, stage=Stage.COMPENSATED)
            return Decision(compensated, entries=(_refunded(withdrawal),))
        case JournalRejected():
            return try_again(withdrawal, fact.reference, fact.reason)


def _refunded(withdrawal: Withdrawal) -> Entry:
    """A debit after the hold was released took nothing from the investor's claim, so none comes back."""
    key, owner, amount = f"{withdrawal.id}:refunded", withdrawal.investor_id, withdrawal.refund
    if books.was_debited_late(withdrawal):
        return unexplained.journalled(key, owner=owner, amount=amount, to_investor=True)
    return templates.withdrawal_refunded(key, owner=owner, amount=amount)


def try_again(
    withdrawal: Withdrawal, ref: Reference, reason: str, *, final: bool = False
) -> Outcome:
    """The next attempt after ``ref``; manual review after the last, and after a ``final`` refusal."""
    if ref != references.refund(withdrawal):
        return Decision(withdrawal)
    if final or withdrawal.refund_attempt - withdrawal.refund_waits >= ATTEMPTS_MAX:
        return review.pause(withdrawal, reason, about=ref, has_failed=True)
    return next_refund(withdrawal)


def try_later(withdrawal: Withdrawal, ref: Reference, reason: str) -> Outcome:
    """The next attempt after the firm's account did not have the dollars yet."""
    if ref != references.refund(withdrawal):
        return Decision(withdrawal)
    if withdrawal.refund_waits >= WAITS_MAX:
        return review.pause(withdrawal, reason, about=ref, has_failed=True)
    return next_refund(attrs.evolve(withdrawal, refund_waits=withdrawal.refund_waits + 1))


def next_refund(withdrawal: Withdrawal) -> Outcome:
    """Nothing was journalled: the dollars are still in the firm's account."""
    again = attrs.evolve(withdrawal, refund_attempt=withdrawal.refund_attempt + 1, refund_id=None)
    return Decision(again, instructions=refund(again))
