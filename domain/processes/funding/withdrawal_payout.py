"""
A withdrawal's way: reserved, taken from the broker account, bought as USDC, sent.

    requested -> reserved -> broker_debit_requested -> broker_debited -> onramp_requested
              -> onramp_settled -> sent -> completed        (compensating -> compensated, failed)

The hold is posted with the request. Until the dollars have left the broker account a failure releases
the hold; after that and until the off-ramp has been paid, a failure is compensated by a journal back,
and only when that journal has executed does the withdrawal count as compensated.
"""

from __future__ import annotations

import attrs

from domain.audit.record import AuditKind
from domain.funding.conversion import Direction, PayByWire, Payment
from domain.funding.withdrawal import Withdrawal, WithdrawalStage
from domain.ids import LookupKey, Reference, namespace_on_chain, reference, step_of
from domain.ledger import templates
from domain.ledger.account import Role
from domain.ledger.entry import Entry
from domain.processes.decision import Decision
from domain.processes.facts.effects import EffectRefused, EffectUnknown, LedgerRefused
from domain.processes.facts.fact import Fact
from domain.processes.facts.funding import (
    ConversionFailed,
    ConversionHeld,
    ConversionOpened,
    ConversionSettled,
    JournalAccepted,
    JournalExecuted,
    JournalRejected,
    PaymentAccepted,
    PaymentCompleted,
    PaymentFailed,
    WireAccepted,
    WireCompleted,
    WireFailed,
)
from domain.processes.funding import withdrawal_compensation as compensation
from domain.processes.instructions import (
    JournalFunds,
    LookUp,
    LookupKind,
    OpenConversion,
    SendUsdc,
    WireOut,
)
from domain.processes.process_type import ProcessType
from domain.processes.review import review

ATTEMPTS_MAX = 4

Stage = WithdrawalStage
Outcome = Decision[Withdrawal]
ENDED = frozenset({Stage.COMPLETED, Stage.COMPENSATED, Stage.FAILED})
CERTAIN = JournalExecuted | JournalRejected | ConversionSettled | WireCompleted | PaymentCompleted


def request(withdrawal: Withdrawal) -> Outcome:
    """Reserve the money and ask the broker for it, in one commit with the request itself."""
    hold = templates.reserved(
        f"{withdrawal.id}:reserved",
        owner=withdrawal.investor_id,
        process_id=withdrawal.id,
        amount=withdrawal.amount,
    )
    debit = JournalFunds(
        reference=reference(withdrawal.id, "debit"),
        broker_account_id=withdrawal.broker_account_id,
        amount=withdrawal.amount,
        to_investor=False,
    )
    reserved = attrs.evolve(withdrawal, stage=Stage.RESERVED)
    return Decision(reserved, entries=(hold,), instructions=(debit,))


def decide(withdrawal: Withdrawal, fact: Fact) -> Outcome:
    """What the withdrawal becomes, given one fact. Facts that no longer matter change nothing."""
    if withdrawal.stage is Stage.MANUAL_REVIEW:
        return review.resume(withdrawal, fact, decide=decide, certain=CERTAIN)
    match fact:
        case JournalAccepted() | JournalExecuted() | JournalRejected():
            return _journal(withdrawal, fact)
        case ConversionOpened() | ConversionSettled() | ConversionFailed() | ConversionHeld():
            return _conversion(withdrawal, fact)
        case WireAccepted() | WireCompleted() | WireFailed():
            return _wire(withdrawal, fact)
        case PaymentAccepted() | PaymentCompleted() | PaymentFailed():
            return _payout(withdrawal, fact)
        case EffectRefused():
            return _refused(withdrawal, fact)
        case EffectUnknown() if awaits(withdrawal, fact.reference):
            return review.pause(withdrawal, fact.reason, about=fact.reference)
        case LedgerRefused() if withdrawal.stage not in ENDED:
            return review.pause(withdrawal, fact.reason)
        case _:
            return Decision(withdrawal)


def _journal(
    withdrawal: Withdrawal, fact: JournalAccepted | JournalExecuted | JournalRejected
) -> Outcome:
    debit = reference(withdrawal.id, "debit")
    before_debit = withdrawal.stage in {Stage.RESERVED, Stage.BROKER_DEBIT_REQUESTED}
    if fact.reference == debit and before_debit:
        return _debit(withdrawal, fact)
    if withdrawal.stage is Stage.COMPENSATING:
        return compensation.decide(withdrawal, fact)
    return Decision(withdrawal)


def _debit(
    withdrawal: Withdrawal, fact: JournalAccepted | JournalExecuted | JournalRejected
) -> Outcome:
    match fact:
        case JournalAccepted() if withdrawal.stage is Stage.RESERVED:
            requested = attrs.evolve(withdrawal, stage=Stage.BROKER_DEBIT_REQUESTED)
            lookup = LookUp.into(LookupKind.JOURNAL, fact.reference, provider_id=fact.provider_id)
            return Decision(requested, instructions=(lookup,))
        case JournalExecuted():
            return _debited(withdrawal)
        case JournalRejected():
            return _give_back_hold(withdrawal, fact.reason)
        case _:
            return Decision(withdrawal)


def _debited(withdrawal: Withdrawal) -> Outcome:
    entry = templates.withdrawal_debited(
        f"{withdrawal.id}:debited",
        owner=withdrawal.investor_id,
        process_id=withdrawal.id,
        amount=withdrawal.amount,
    )
    instruction = OpenConversion(
        reference=reference(withdrawal.id, "onramp"),
        direction=Direction.TO_USDC,
        amount=withdrawal.amount,
        offramp_account_id=withdrawal.offramp_account_id,
        wallet=withdrawal.treasury,
    )
    debited = attrs.evolve(withdrawal, stage=Stage.BROKER_DEBITED)
    return Decision(debited, entries=(entry,), instructions=(instruction,))


def _give_back_hold(withdrawal: Withdrawal, reason: str) -> Outcome:
    """Nothing has left the broker account: release the hold and end."""
    entry = templates.released(
        f"{withdrawal.id}:released",
        owner=withdrawal.investor_id,
        process_id=withdrawal.id,
        amount=withdrawal.amount,
    )
    failed = attrs.evolve(withdrawal, stage=Stage.FAILED, reason=reason)
    return Decision(failed, entries=(entry,))


def _conversion(
    withdrawal: Withdrawal,
    fact: ConversionOpened | ConversionSettled | ConversionFailed | ConversionHeld,
) -> Outcome:
    if fact.reference != reference(withdrawal.id, "onramp"):
        return Decision(withdrawal)
    match withdrawal.stage, fact:
        case Stage.BROKER_DEBITED, ConversionOpened():
            return _pay_by_wire(withdrawal, fact)
        case Stage.ONRAMP_REQUESTED, ConversionSettled():
            return _settled(withdrawal, fact)
        case Stage.ONRAMP_REQUESTED, ConversionFailed() | ConversionHeld():
            return review.pause(withdrawal, fact.reason)
        case _:
            return Decision(withdrawal)


def _pay_by_wire(withdrawal: Withdrawal, fact: ConversionOpened) -> Outcome:
    pay = fact.conversion.pay
    if not isinstance(pay, PayByWire):
        return review.pause(withdrawal, "the off-ramp wants another kind of payment")
    wire = WireOut(reference=reference(withdrawal.id, "wire"), amount=withdrawal.amount, to=pay)
    requested = attrs.evolve(withdrawal, stage=Stage.ONRAMP_REQUESTED, conversion=fact.conversion)
    lookup = LookUp.into(
        LookupKind.CONVERSION,
        fact.reference,
        account_id=withdrawal.offramp_account_id,
        provider_id=fact.conversion.provider_id,
    )
    return Decision(requested, instructions=(wire, lookup))


def _wire(withdrawal: Withdrawal, fact: WireAccepted | WireCompleted | WireFailed) -> Outcome:
    mine = fact.reference == reference(withdrawal.id, "wire")
    if not mine or withdrawal.stage is not Stage.ONRAMP_REQUESTED:
        return Decision(withdrawal)
    match fact:
        case WireAccepted() if withdrawal.wire_id is None:
            accepted = attrs.evolve(withdrawal, wire_id=fact.provider_id)
            lookup = LookUp.into(LookupKind.WIRE, fact.reference, provider_id=fact.provider_id)
            return Decision(accepted, instructions=(lookup,))
        case WireCompleted() if not withdrawal.wire_completed:
            done = attrs.evolve(withdrawal, wire_id=fact.provider_id, wire_completed=True)
            return Decision(done, entries=_wire_entry(withdrawal))
        case WireFailed():
            return compensation.begin(withdrawal, fact.reason)
        case _:
            return Decision(withdrawal)


def _wire_entry(withdrawal: Withdrawal) -> tuple[Entry, ...]:
    if withdrawal.wire_completed:
        return ()
    return (templates.wired_to_offramp(f"{withdrawal.id}:wired", amount=withdrawal.amount),)


def _settled(withdrawal: Withdrawal, fact: ConversionSettled) -> Outcome:
    settlement = fact.settlement
    if settlement.sold != withdrawal.amount or not settlement.delivered.is_positive:
        return review.pause(withdrawal, "the off-ramp settled another amount than agreed")
    entries = (
        *_wire_entry(withdrawal),
        templates.converted(
            f"{withdrawal.id}:settled",
            owner=withdrawal.investor_id,
            claim=Role.OUTGOING,
            sold=settlement.sold,
            bought=settlement.bought,
            fee=settlement.fee,
            received_in=Role.CUSTODY,
        ),
    )
    settled = attrs.evolve(
        withdrawal, stage=Stage.ONRAMP_SETTLED, settlement=settlement, wire_completed=True
    )
    return _send(settled, entries=entries)


def _send(withdrawal: Withdrawal, *, entries: tuple[Entry, ...] = ()) -> Outcome:
    if withdrawal.settlement is None:
        raise AssertionError("USDC is sent after it has been bought")
    instruction = SendUsdc(
        reference=reference(withdrawal.id, "payout", withdrawal.payout_attempt),
        wallet=withdrawal.treasury,
        destination=withdrawal.destination,
        amount=withdrawal.settlement.delivered,
    )
    sending = attrs.evolve(withdrawal, payment=Payment(reference=instruction.reference))
    return Decision(sending, entries=entries, instructions=(instruction,))


def _payout(
    withdrawal: Withdrawal, fact: PaymentAccepted | PaymentCompleted | PaymentFailed
) -> Outcome:
    payment = withdrawal.payment
    waiting = withdrawal.stage in {Stage.ONRAMP_SETTLED, Stage.SENT}
    if payment is None or fact.reference != payment.reference or not waiting:
        return Decision(withdrawal)
    match fact:
        case PaymentAccepted(provider_id=provider_id) if payment.provider_id is None:
            accepted = attrs.evolve(payment, provider_id=provider_id)
            sent = attrs.evolve(withdrawal, stage=Stage.SENT, payment=accepted)
            lookup = LookUp.into(LookupKind.PAYMENT, payment.reference, provider_id=provider_id)
            return Decision(sent, instructions=(lookup,))
        case PaymentCompleted():
            return _completed(withdrawal, fact)
        case PaymentFailed():
            return _another_payout(withdrawal, fact.reference, fact.reason)
        case _:
            return Decision(withdrawal)


def _completed(withdrawal: Withdrawal, fact: PaymentCompleted) -> Outcome:
    if withdrawal.settlement is None:
        raise AssertionError("USDC is sent after it has been bought")
    entry = templates.paid_out(
        f"{withdrawal.id}:paid-out",
        owner=withdrawal.investor_id,
        amount=withdrawal.settlement.delivered,
    )
    payment = Payment(
        reference=fact.reference,
        provider_id=fact.provider_id,
        tx_hash=fact.tx_hash,
        completed=True,
    )
    completed = attrs.evolve(withdrawal, stage=Stage.COMPLETED, payment=payment)
    on_chain = LookupKey(namespace_on_chain(fact.tx_hash), withdrawal.id)
    return Decision(completed, entries=(entry,), names=(on_chain,))


def _another_payout(withdrawal: Withdrawal, failed: Reference, reason: str) -> Outcome:
    if withdrawal.payout_attempt >= ATTEMPTS_MAX:
        return review.pause(withdrawal, reason, about=failed, has_failed=True)
    return next_payout(withdrawal, reason)


def next_payout(withdrawal: Withdrawal, reason: str) -> Outcome:
    """Nothing was sent: the USDC is in the treasury."""
    again = attrs.evolve(
        withdrawal,
        stage=Stage.ONRAMP_SETTLED,
        payout_attempt=withdrawal.payout_attempt + 1,
        reason=reason,
    )
    return _send(again)


def _refused(withdrawal: Withdrawal, fact: EffectRefused) -> Outcome:
    """A provider said no; how far the money has come decides what is owed to the investor."""
    match withdrawal.stage, step_of(fact.reference):
        case Stage.RESERVED, "debit":
            return _give_back_hold(withdrawal, fact.reason)
        case Stage.BROKER_DEBITED, "onramp":
            return compensation.begin(withdrawal, fact.reason)
        case Stage.ONRAMP_REQUESTED, "wire" if withdrawal.wire_id is None:
            return compensation.begin(withdrawal, fact.reason)
        case Stage.ONRAMP_SETTLED, "payout" if _is_current_payout(withdrawal, fact.reference):
            return _another_payout(withdrawal, fact.reference, fact.reason)
        case Stage.COMPENSATING, "refund" if withdrawal.refund_id is None:
            return compensation.try_again(withdrawal, fact.reference, fact.reason)
        case _:
            return Decision(withdrawal)


def _is_current_payout(withdrawal: Withdrawal, ref: Reference) -> bool:
    return withdrawal.payment is not None and withdrawal.payment.reference == ref


def awaits(withdrawal: Withdrawal, ref: Reference) -> bool:
    """Whether news of the effect ``ref`` would still matter."""
    match withdrawal.paused_stage or withdrawal.stage:
        case Stage.RESERVED | Stage.BROKER_DEBIT_REQUESTED:
            return ref == reference(withdrawal.id, "debit")
        case Stage.BROKER_DEBITED:
            return ref == reference(withdrawal.id, "onramp")
        case Stage.ONRAMP_REQUESTED:
            wire = ref == reference(withdrawal.id, "wire") and not withdrawal.wire_completed
            return wire or ref == reference(withdrawal.id, "onramp")
        case Stage.ONRAMP_SETTLED | Stage.SENT:
            return _is_current_payout(withdrawal, ref)
        case Stage.COMPENSATING:
            return ref == compensation.current(withdrawal)
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
    decide=decide,
    awaits=awaits,
    ended=ENDED,
    opening=AuditKind.WITHDRAWAL_REQUESTED,
    terms=_terms,
)
