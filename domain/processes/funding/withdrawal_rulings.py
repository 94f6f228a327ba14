"""
How administrators can resolve a withdrawal in review.

As with deposits, a further attempt has a new reference and is made only when the last one is over. Until
the off-ramp has delivered, the dollars can be given back. Afterwards there is USDC: it is sent again, paid
to another address of the investor, or sold and given back.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from domain.funding.conversion import Settlement
from domain.funding.withdrawal import Withdrawal, WithdrawalStage
from domain.ids import Reference
from domain.processes.decision import Decision
from domain.processes.facts.funding import (
    JournalExecuted,
    JournalRejected,
    PaymentCompleted,
    WireCompleted,
    WithdrawalFact,
)
from domain.processes.facts.review import Ruled
from domain.processes.funding import withdrawal_books as books
from domain.processes.funding import withdrawal_compensation as compensation
from domain.processes.funding import withdrawal_conversion as conversion
from domain.processes.funding import withdrawal_give_back as give_back
from domain.processes.funding import withdrawal_give_back_rulings as selling
from domain.processes.funding import withdrawal_payment as payment
from domain.processes.funding import withdrawal_payout as payout
from domain.processes.funding import withdrawal_references as references
from domain.processes.instructions import LookUp, LookupKind
from domain.processes.review import review
from domain.review.given_up import has_failed, is_given_up
from domain.review.ruling import Action, Evidence

Stage = WithdrawalStage
Outcome = Decision[Withdrawal]
AT_BROKER = frozenset({Stage.RESERVED, Stage.BROKER_DEBIT_REQUESTED})
AT_CUSTODIAN = frozenset({Stage.ONRAMP_SETTLED, Stage.SENT})


def rule(withdrawal: Withdrawal, ruled: Ruled) -> Outcome:
    """What the withdrawal becomes; a resolution that does not fit its state changes nothing."""
    if ruled.action is Action.ACKNOWLEDGE:
        return review.acknowledged(withdrawal, decide=payout.decide)
    if withdrawal.paused_stage is Stage.SELLING_BACK:
        return selling.rule(withdrawal, ruled)
    match ruled.action:
        case Action.RETRY if _failed(withdrawal):
            return _again(withdrawal, ruled.reason)
        case Action.DID_NOT_HAPPEN if _doubtful(withdrawal):
            return _again(withdrawal, ruled.reason)
        case Action.HAPPENED if ruled.evidence.provider_id:
            return _happened(withdrawal, ruled.evidence, ruled.evidence.provider_id)
        case Action.SETTLED if ruled.evidence.bought and _wire_is_over(withdrawal):
            return _settled(withdrawal, ruled.evidence)
        case Action.PAY_ANOTHER if ruled.evidence.address and _usdc_is_here(withdrawal):
            return selling.pay_another(withdrawal, ruled.evidence.address, ruled.reason)
        case Action.GIVE_BACK if _usdc_is_here(withdrawal) and withdrawal.sellable.is_positive:
            return give_back.begin(review.resumed(withdrawal), ruled.reason)
        case Action.COMPENSATE if _dollars_can_be_back(withdrawal):
            return compensation.begin(review.resumed(withdrawal), ruled.reason)
        case _:
            return Decision(withdrawal)


def questions(withdrawal: Withdrawal) -> Iterator[LookUp]:
    """What can be looked up about the effects that it awaits."""
    match withdrawal.paused_stage:
        case Stage.RESERVED | Stage.BROKER_DEBIT_REQUESTED:
            yield LookUp.into(LookupKind.JOURNAL, references.debit(withdrawal))
        case Stage.BROKER_DEBITED:
            yield _conversion_question(withdrawal)
        case Stage.ONRAMP_REQUESTED:
            if withdrawal.wire_id and not withdrawal.wire_completed:
                wire = references.wire(withdrawal)
                yield LookUp.into(LookupKind.WIRE, wire, provider_id=withdrawal.wire_id)
            yield _conversion_question(withdrawal)
        case Stage.ONRAMP_SETTLED | Stage.SENT:
            if payment := withdrawal.payment:
                about, provider_id = payment.reference, payment.provider_id
                yield LookUp.into(LookupKind.PAYMENT, about, provider_id=provider_id)
        case Stage.SELLING_BACK:
            yield from selling.questions(withdrawal)
        case Stage.COMPENSATING:
            about = references.refund(withdrawal)
            yield LookUp.into(LookupKind.JOURNAL, about, provider_id=withdrawal.refund_id)


def _pending(withdrawal: Withdrawal) -> Reference | None:
    """The effect that would be tried again, or that ends the withdrawal if it did not happen."""
    match withdrawal.paused_stage:
        case Stage.RESERVED | Stage.BROKER_DEBIT_REQUESTED:
            return references.debit(withdrawal)
        case Stage.ONRAMP_SETTLED | Stage.SENT:
            return withdrawal.payment.reference if withdrawal.payment else None
        case Stage.COMPENSATING:
            return references.refund(withdrawal)
        case _:
            return None


def _failed(withdrawal: Withdrawal) -> bool:
    pending = _pending(withdrawal)
    return pending is not None and has_failed(withdrawal.given_up, pending)


def _doubtful(withdrawal: Withdrawal) -> bool:
    pending = _pending(withdrawal)
    is_over = pending is not None and is_given_up(withdrawal.given_up, pending)
    return is_over and not _failed(withdrawal)


def _usdc_is_here(withdrawal: Withdrawal) -> bool:
    """Whether the USDC is in the treasury, and the last payment of it has certainly failed."""
    return withdrawal.paused_stage in AT_CUSTODIAN and _failed(withdrawal)


def _again(withdrawal: Withdrawal, reason: str) -> Outcome:
    """Another payout or refund; a debit that did not happen ends it and releases the hold."""
    paused_stage, before = withdrawal.paused_stage, review.resumed(withdrawal)
    if paused_stage in AT_BROKER:
        rejected = JournalRejected(reference=references.debit(withdrawal), reason=reason)
        return payout.decide(before, rejected)
    if paused_stage in AT_CUSTODIAN:
        return payment.next_payout(before, reason)
    return compensation.next_refund(before)


def _happened(withdrawal: Withdrawal, evidence: Evidence, provider_id: str) -> Outcome:
    fact: WithdrawalFact
    match withdrawal.paused_stage, withdrawal.payment:
        case ((Stage.RESERVED | Stage.BROKER_DEBIT_REQUESTED), _):
            fact = JournalExecuted(reference=references.debit(withdrawal), provider_id=provider_id)
        case Stage.COMPENSATING, _:
            fact = JournalExecuted(reference=references.refund(withdrawal), provider_id=provider_id)
        case Stage.ONRAMP_REQUESTED, _ if not withdrawal.wire_completed:
            fact = WireCompleted(reference=references.wire(withdrawal), provider_id=provider_id)
        case ((Stage.ONRAMP_SETTLED | Stage.SENT), payment) if payment and evidence.tx_hash:
            fact = PaymentCompleted(
                reference=payment.reference, provider_id=provider_id, tx_hash=evidence.tx_hash
            )
        case _:
            return Decision(withdrawal)
    outcome = payout.decide(review.resumed(withdrawal), fact)
    if isinstance(fact, WireCompleted):
        question = _conversion_question(withdrawal).renewed()
        return attrs.evolve(outcome, instructions=(question,))
    return outcome


def _wire_is_over(withdrawal: Withdrawal) -> bool:
    """Whether the wire to the off-ramp has been made, or nothing will make it any more."""
    is_made = withdrawal.wire_id is not None or withdrawal.wire_completed
    is_over = is_made or is_given_up(withdrawal.given_up, references.wire(withdrawal))
    return withdrawal.paused_stage is Stage.ONRAMP_REQUESTED and is_over


def _settled(withdrawal: Withdrawal, evidence: Evidence) -> Outcome:
    bought, fee = evidence.bought, evidence.fee
    if bought is None or fee is None or not (bought - fee).is_positive:
        return Decision(withdrawal)
    settlement = Settlement(
        sold=withdrawal.amount,
        bought=bought,
        fee=fee,
        tx_hash=evidence.tx_hash,
        provider_id=evidence.provider_id,
    )
    return conversion.settle(review.resumed(withdrawal), settlement)


def _dollars_can_be_back(withdrawal: Withdrawal) -> bool:
    """Whether the firm can have the dollars: nothing was wired yet, or the wire is over."""
    if withdrawal.paused_stage is Stage.FAILED:
        return books.was_debited_late(withdrawal)
    return withdrawal.paused_stage is Stage.BROKER_DEBITED or _wire_is_over(withdrawal)


def _conversion_question(withdrawal: Withdrawal) -> LookUp:
    agreed = withdrawal.conversion
    return LookUp.into(
        LookupKind.CONVERSION,
        references.conversion(withdrawal),
        account_id=withdrawal.offramp_account_id,
        provider_id=agreed.provider_id if agreed else None,
    )
