"""
A withdrawal, from its request to the payout.

    requested -> reserved -> broker_debit_requested -> broker_debited -> onramp_requested
              -> onramp_settled -> sent -> completed
              (selling_back -> compensating -> compensated, failed)

The hold is posted with the request. Until the dollars have left the broker account, a failure releases
the hold. From then until the off-ramp has been paid, a failure is compensated by a journal back, and only
when that journal has executed is the withdrawal compensated. USDC that cannot be paid out is sold first.

The steps are in ``withdrawal_debit``, ``withdrawal_wire``, ``withdrawal_conversion``,
``withdrawal_payment``, ``withdrawal_give_back`` and ``withdrawal_compensation``.
"""

from __future__ import annotations

from domain.audit.record import AuditKind
from domain.funding.withdrawal import Withdrawal, WithdrawalStage
from domain.ids import Reference, step_of
from domain.processes.decision import Decision
from domain.processes.facts.effects import (
    EffectLapsed,
    EffectRefused,
    EffectUnknown,
    LedgerRefused,
)
from domain.processes.facts.funding import (
    ConversionFact,
    ConversionFailed,
    ConversionHeld,
    ConversionOpened,
    ConversionSettled,
    JournalAccepted,
    JournalExecuted,
    JournalFact,
    JournalRejected,
    PaymentAccepted,
    PaymentCompleted,
    PaymentFact,
    PaymentFailed,
    WireAccepted,
    WireCompleted,
    WireFailed,
    WithdrawalFact,
)
from domain.processes.funding import withdrawal_compensation as compensation
from domain.processes.funding import withdrawal_conversion as conversion
from domain.processes.funding import withdrawal_debit as debit
from domain.processes.funding import withdrawal_give_back as give_back
from domain.processes.funding import withdrawal_payment as payment
from domain.processes.funding import withdrawal_references as references
from domain.processes.funding import withdrawal_wire as wire
from domain.processes.funding.withdrawal_books import BOOKS
from domain.processes.process_type import ProcessType
from domain.processes.review import review
from domain.processes.review.contradictions import watched

Stage = WithdrawalStage
Outcome = Decision[Withdrawal]
ENDED = frozenset({Stage.COMPLETED, Stage.COMPENSATED, Stage.FAILED})
CERTAIN = JournalExecuted | JournalRejected | ConversionSettled | WireCompleted | PaymentCompleted


def decide(withdrawal: Withdrawal, fact: WithdrawalFact) -> Outcome:
    """What the withdrawal becomes, given one fact. Facts that no longer matter change nothing."""
    if withdrawal.stage is Stage.MANUAL_REVIEW:
        return review.resume(withdrawal, fact, decide=decide, certain=CERTAIN)
    return watched(withdrawal, fact, decide=_step, books=BOOKS)


def _step(withdrawal: Withdrawal, fact: WithdrawalFact) -> Outcome:
    match fact:
        case JournalAccepted() | JournalExecuted() | JournalRejected():
            return _journal(withdrawal, fact)
        case ConversionOpened() | ConversionSettled() | ConversionFailed() | ConversionHeld():
            return _conversion(withdrawal, fact)
        case WireAccepted() | WireCompleted() | WireFailed():
            return wire.decide(withdrawal, fact)
        case PaymentAccepted() | PaymentCompleted() | PaymentFailed():
            return _payment(withdrawal, fact)
        case EffectRefused():
            return _refused(withdrawal, fact)
        case EffectLapsed():
            late = EffectRefused(
                reference=fact.reference, reason="it was not paid in time", is_temporary=True
            )
            return _refused(withdrawal, late)
        case EffectUnknown() | LedgerRefused():
            return _stopped(withdrawal, fact)


def _stopped(withdrawal: Withdrawal, fact: EffectUnknown | LedgerRefused) -> Outcome:
    match fact:
        case EffectUnknown() if awaits(withdrawal, fact.reference):
            return review.pause(withdrawal, fact.reason, about=fact.reference)
        case LedgerRefused() if withdrawal.stage not in ENDED:
            return review.pause(withdrawal, fact.reason)
        case _:
            return Decision(withdrawal)


def _journal(withdrawal: Withdrawal, fact: JournalFact) -> Outcome:
    if withdrawal.stage is Stage.COMPENSATING:
        return compensation.decide(withdrawal, fact)
    return debit.decide(withdrawal, fact)


def _conversion(withdrawal: Withdrawal, fact: ConversionFact) -> Outcome:
    if step_of(fact.reference) == references.SALE:
        return give_back.decide_sale(withdrawal, fact)
    return conversion.decide(withdrawal, fact)


def _payment(withdrawal: Withdrawal, fact: PaymentFact) -> Outcome:
    if step_of(fact.reference) == references.SALE_PAYMENT:
        return give_back.decide_payment(withdrawal, fact)
    return payment.decide(withdrawal, fact)


def _refused(withdrawal: Withdrawal, fact: EffectRefused) -> Outcome:
    """Where the money is now decides what happens to it."""
    ref, reason, is_early = fact.reference, fact.reason, fact.is_temporary
    match withdrawal.stage, step_of(ref):
        case Stage.RESERVED, "debit":
            return debit.release(withdrawal, reason)
        case Stage.BROKER_DEBITED, "onramp":
            return compensation.begin(withdrawal, reason)
        case Stage.ONRAMP_REQUESTED, "wire" if withdrawal.wire_id is None:
            return compensation.begin(withdrawal, reason)
        case Stage.ONRAMP_SETTLED, "payout" if payment.is_current(withdrawal, ref):
            if is_early:
                return payment.try_later(withdrawal, ref, reason)
            return payment.try_again(withdrawal, ref, reason, final=fact.final)
        case Stage.SELLING_BACK, _ if give_back.is_unpaid(withdrawal, ref):
            if is_early:
                return give_back.try_later(withdrawal, ref, reason)
            return give_back.try_again(withdrawal, ref, reason, final=fact.final)
        case Stage.COMPENSATING, "refund" if withdrawal.refund_id is None:
            if is_early:
                return compensation.try_later(withdrawal, ref, reason)
            return compensation.try_again(withdrawal, ref, reason, final=fact.final)
        case _:
            return Decision(withdrawal)


def awaits(withdrawal: Withdrawal, ref: Reference) -> bool:
    """Whether a fact about the effect ``ref`` would still matter."""
    match withdrawal.paused_stage or withdrawal.stage:
        case Stage.RESERVED | Stage.BROKER_DEBIT_REQUESTED:
            return ref == references.debit(withdrawal)
        case Stage.BROKER_DEBITED:
            return ref == references.conversion(withdrawal)
        case Stage.ONRAMP_REQUESTED:
            is_wire = ref == references.wire(withdrawal) and not withdrawal.wire_completed
            return is_wire or ref == references.conversion(withdrawal)
        case Stage.ONRAMP_SETTLED | Stage.SENT:
            return payment.is_current(withdrawal, ref)
        case Stage.SELLING_BACK:
            return give_back.awaits(withdrawal, ref)
        case Stage.COMPENSATING:
            return ref == references.refund(withdrawal)
        case _:
            return False


def _terms(withdrawal: Withdrawal) -> dict[str, str]:
    return {
        "amount": str(withdrawal.amount),
        "chain": withdrawal.treasury.chain.value,
        "destination": withdrawal.destination,
    }


PROCESS = ProcessType(
    record=Withdrawal,
    facts=WithdrawalFact,
    decide=decide,
    awaits=awaits,
    ended=ENDED,
    takes_back=(PaymentFailed, ConversionFailed, ConversionHeld, JournalRejected, WireFailed),
    opening=AuditKind.WITHDRAWAL_REQUESTED,
    terms=_terms,
)
