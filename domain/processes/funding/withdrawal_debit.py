"""How a withdrawal begins: the money is reserved, and taken from the investor's broker account."""

from __future__ import annotations

import attrs

from domain.funding.conversion import Direction
from domain.funding.withdrawal import Withdrawal, WithdrawalStage
from domain.ledger.templates import funding as templates
from domain.ledger.templates import holds
from domain.processes.decision import Decision
from domain.processes.facts.funding import (
    JournalAccepted,
    JournalExecuted,
    JournalFact,
    JournalRejected,
)
from domain.processes.funding import withdrawal_references as references
from domain.processes.instructions import JournalFunds, LookUp, LookupKind, OpenConversion

Stage = WithdrawalStage
Outcome = Decision[Withdrawal]


def request(withdrawal: Withdrawal) -> Outcome:
    """Reserve the money and have it journalled to the firm."""
    hold = holds.reserved(
        f"{withdrawal.id}:reserved",
        owner=withdrawal.investor_id,
        process_id=withdrawal.id,
        amount=withdrawal.amount,
    )
    journal = JournalFunds(
        reference=references.debit(withdrawal),
        broker_account_id=withdrawal.broker_account_id,
        amount=withdrawal.amount,
        to_investor=False,
    )
    reserved = attrs.evolve(withdrawal, stage=Stage.RESERVED)
    return Decision(reserved, entries=(hold,), instructions=(journal,))


def decide(withdrawal: Withdrawal, fact: JournalFact) -> Outcome:
    is_waiting = withdrawal.stage in {Stage.RESERVED, Stage.BROKER_DEBIT_REQUESTED}
    if fact.reference != references.debit(withdrawal) or not is_waiting:
        return Decision(withdrawal)
    match fact:
        case JournalAccepted():
            if withdrawal.stage is not Stage.RESERVED:
                return Decision(withdrawal)
            requested = attrs.evolve(withdrawal, stage=Stage.BROKER_DEBIT_REQUESTED)
            lookup = LookUp.into(LookupKind.JOURNAL, fact.reference, provider_id=fact.provider_id)
            return Decision(requested, instructions=(lookup,))
        case JournalExecuted():
            return _debited(withdrawal)
        case JournalRejected():
            return release(withdrawal, fact.reason)


def release(withdrawal: Withdrawal, reason: str) -> Outcome:
    """Nothing has left the broker account: release the hold and end."""
    entry = holds.released(
        f"{withdrawal.id}:released",
        owner=withdrawal.investor_id,
        process_id=withdrawal.id,
        amount=withdrawal.amount,
    )
    failed = attrs.evolve(withdrawal, stage=Stage.FAILED, reason=reason)
    return Decision(failed, entries=(entry,))


def _debited(withdrawal: Withdrawal) -> Outcome:
    entry = templates.withdrawal_debited(
        f"{withdrawal.id}:debited",
        owner=withdrawal.investor_id,
        process_id=withdrawal.id,
        amount=withdrawal.amount,
    )
    instruction = OpenConversion(
        reference=references.conversion(withdrawal),
        direction=Direction.TO_USDC,
        amount=withdrawal.amount,
        offramp_account_id=withdrawal.offramp_account_id,
        wallet=withdrawal.treasury,
    )
    debited = attrs.evolve(withdrawal, stage=Stage.BROKER_DEBITED)
    return Decision(debited, entries=(entry,), instructions=(instruction,))
