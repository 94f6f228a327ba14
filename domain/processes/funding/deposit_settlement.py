"""
A deposit, from its announcement to buying power.

    expected -> detected -> confirmed -> offramp_requested -> offramp_settled
             -> broker_funding_requested -> broker_funded

Every step posts what has certainly happened and no more. A step that has certainly failed is tried again
under a new reference, a bounded number of times; a person resolves one whose outcome is unknown. A
deposit in manual review still takes facts, and one that moves it forward ends the review.

The steps are in ``deposit_arrival``, ``deposit_conversion``, ``deposit_payment`` and ``deposit_funding``.
"""

from __future__ import annotations

from domain.audit.record import AuditKind
from domain.funding.deposit import Deposit, DepositStage
from domain.ids import Reference
from domain.processes.decision import Decision
from domain.processes.facts.effects import (
    DeadlinePassed,
    EffectLapsed,
    EffectRefused,
    EffectUnknown,
    LedgerRefused,
)
from domain.processes.facts.funding import (
    AnnouncementWithdrawn,
    ConversionFailed,
    ConversionHeld,
    ConversionOpened,
    ConversionSettled,
    DepositFact,
    DepositNews,
    JournalAccepted,
    JournalExecuted,
    JournalRejected,
    LimitOverridden,
    PaymentAccepted,
    PaymentCompleted,
    PaymentFailed,
    TransferDenied,
    TransferFailed,
    TransferSeen,
)
from domain.processes.funding import deposit_arrival as arrival
from domain.processes.funding import deposit_conversion as conversion
from domain.processes.funding import deposit_funding as funding
from domain.processes.funding import deposit_payment as payment
from domain.processes.funding import deposit_references as references
from domain.processes.funding.deposit_attempts import (
    convert_again,
    convert_later,
    fund_again,
    fund_later,
    keep_as_dust,
)
from domain.processes.funding.deposit_books import BOOKS
from domain.processes.process_type import ProcessType
from domain.processes.review import review
from domain.processes.review.contradictions import watched

Stage = DepositStage
Outcome = Decision[Deposit]
ENDED = frozenset({Stage.BROKER_FUNDED, Stage.FAILED})
CERTAIN = (
    PaymentCompleted
    | ConversionSettled
    | JournalExecuted
    | JournalRejected
    | TransferSeen
    | TransferFailed
)


def decide(deposit: Deposit, fact: DepositFact) -> Outcome:
    """What the deposit becomes, given one fact. Facts that no longer matter change nothing."""
    match fact:
        case LimitOverridden():
            return arrival.override_limit(deposit)
        case AnnouncementWithdrawn():
            return arrival.withdraw(deposit)
        case _:
            return _hear(deposit, fact)


def _hear(deposit: Deposit, fact: DepositNews) -> Outcome:
    if deposit.stage is Stage.MANUAL_REVIEW:
        return review.resume(deposit, fact, decide=_hear, certain=CERTAIN)
    return watched(deposit, fact, decide=_step, books=BOOKS)


def _step(deposit: Deposit, fact: DepositNews) -> Outcome:
    match fact:
        case TransferSeen() | TransferFailed():
            return arrival.decide(deposit, fact)
        case ConversionOpened() | ConversionSettled() | ConversionFailed() | ConversionHeld():
            return conversion.decide(deposit, fact)
        case PaymentAccepted() | PaymentCompleted() | PaymentFailed():
            return payment.decide(deposit, fact)
        case JournalAccepted() | JournalExecuted() | JournalRejected():
            return funding.decide(deposit, fact)
        case EffectRefused() | EffectLapsed() | EffectUnknown():
            return _effect(deposit, fact)
        case LedgerRefused():
            has_ended = deposit.stage in ENDED
            return Decision(deposit) if has_ended else review.pause(deposit, fact.reason)
        case DeadlinePassed(stage=stage):
            is_due = deposit.stage.value == stage
            return arrival.expire(deposit) if is_due else Decision(deposit)


def _effect(deposit: Deposit, fact: EffectRefused | EffectLapsed | EffectUnknown) -> Outcome:
    is_conversion = fact.reference == references.conversion(deposit)
    is_funding = fact.reference == references.funding(deposit)
    # A refused retry says nothing about a payment that the custodian is known to have.
    is_unsent = deposit.payment is not None and deposit.payment.provider_id is None
    is_payment = fact.reference == references.payment(deposit) and is_unsent
    match deposit.stage, fact:
        case Stage.CONFIRMED, EffectRefused(is_too_small=True) if is_conversion:
            return keep_as_dust(deposit, f"kept as dust: {fact.reason}")
        case Stage.CONFIRMED, EffectRefused(reference=ref) if is_conversion:
            return convert_again(deposit, ref, fact.reason, final=fact.final)
        case Stage.OFFRAMP_REQUESTED, EffectRefused(is_temporary=True, reference=ref) if is_payment:
            return convert_later(deposit, ref, fact.reason)
        case Stage.OFFRAMP_REQUESTED, EffectRefused(reference=ref) if is_payment:
            return convert_again(deposit, ref, fact.reason, final=fact.final)
        case Stage.OFFRAMP_REQUESTED, EffectLapsed(reference=ref) if is_payment:
            return convert_later(deposit, ref, "the off-ramp's offer lapsed before it was paid")
        case Stage.OFFRAMP_SETTLED, EffectRefused(is_temporary=True, reference=ref) if is_funding:
            return fund_later(deposit, ref, fact.reason)
        case Stage.OFFRAMP_SETTLED, EffectRefused(reference=ref) if is_funding:
            return fund_again(deposit, ref, fact.reason, final=fact.final)
        case Stage.CONFIRMED, EffectUnknown(reference=ref) if is_conversion:
            return review.pause(deposit, fact.reason, about=ref)
        case _, EffectUnknown(reference=ref) if awaits(deposit, ref):
            return review.pause(deposit, fact.reason, about=ref)
        case _:
            return Decision(deposit)


def awaits(deposit: Deposit, ref: Reference) -> bool:
    """Whether a fact about the effect ``ref`` would still matter."""
    match deposit.paused_stage or deposit.stage:
        case Stage.DETECTED:
            return ref == references.arrival(deposit)
        case Stage.OFFRAMP_REQUESTED:
            paid = deposit.payment
            is_unpaid = paid is not None and paid.reference == ref and not paid.completed
            return is_unpaid or ref == references.conversion(deposit)
        case Stage.OFFRAMP_SETTLED | Stage.BROKER_FUNDING_REQUESTED:
            return ref == references.funding(deposit)
        case _:
            return False


def _terms(deposit: Deposit) -> dict[str, str]:
    return {"amount": str(deposit.amount), "chain": deposit.wallet.chain.value}


PROCESS = ProcessType(
    record=Deposit,
    facts=DepositFact,
    decide=decide,
    awaits=awaits,
    ended=ENDED,
    takes_back=(
        *(TransferDenied, TransferFailed),
        *(PaymentFailed, ConversionFailed, ConversionHeld, JournalRejected),
    ),
    opening=AuditKind.DEPOSIT_CREATED,
    terms=_terms,
)
