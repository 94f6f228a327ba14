"""Sending the USDC of a withdrawal to the investor's address; a failed payment is tried again."""

from __future__ import annotations

import attrs

from domain.funding.conversion import Payment
from domain.funding.withdrawal import Withdrawal, WithdrawalStage
from domain.ids import LookupKey, Reference, namespace_on_chain
from domain.ledger.templates import funding as templates
from domain.processes.decision import Decision
from domain.processes.facts.funding import (
    PaymentAccepted,
    PaymentCompleted,
    PaymentFact,
    PaymentFailed,
)
from domain.processes.funding import withdrawal_references as references
from domain.processes.funding.attempt_limits import ATTEMPTS_MAX, WAITS_MAX
from domain.processes.instructions import LookUp, LookupKind, SendUsdc
from domain.processes.review import review

Stage = WithdrawalStage
Outcome = Decision[Withdrawal]


def send(withdrawal: Withdrawal) -> Outcome:
    instruction = SendUsdc(
        reference=references.payout(withdrawal),
        wallet=withdrawal.treasury,
        destination=withdrawal.destination,
        amount=withdrawal.bought,
    )
    sending = attrs.evolve(withdrawal, payment=Payment(reference=instruction.reference))
    return Decision(sending, instructions=(instruction,))


def is_current(withdrawal: Withdrawal, ref: Reference) -> bool:
    """Whether ``ref`` is the payment that counts now."""
    return withdrawal.payment is not None and withdrawal.payment.reference == ref


def decide(withdrawal: Withdrawal, fact: PaymentFact) -> Outcome:
    payment = withdrawal.payment
    is_waiting = withdrawal.stage in {Stage.ONRAMP_SETTLED, Stage.SENT}
    if payment is None or fact.reference != payment.reference or not is_waiting:
        return Decision(withdrawal)
    match fact:
        case PaymentAccepted(provider_id=provider_id):
            if payment.provider_id is not None:
                return Decision(withdrawal)
            accepted = attrs.evolve(payment, provider_id=provider_id)
            sent = attrs.evolve(withdrawal, stage=Stage.SENT, payment=accepted)
            lookup = LookUp.into(LookupKind.PAYMENT, payment.reference, provider_id=provider_id)
            return Decision(sent, instructions=(lookup,))
        case PaymentCompleted():
            return _completed(withdrawal, fact)
        case PaymentFailed():
            return try_again(withdrawal, fact.reference, fact.reason, final=fact.final)


def try_again(withdrawal: Withdrawal, failed: Reference, reason: str, *, final: bool) -> Outcome:
    """The next attempt after ``failed``; manual review after the last, and after a ``final`` refusal."""
    if final or withdrawal.payout_attempt - withdrawal.payout_waits >= ATTEMPTS_MAX:
        return review.pause(withdrawal, reason, about=failed, has_failed=True)
    return next_payout(withdrawal, reason)


def try_later(withdrawal: Withdrawal, failed: Reference, reason: str) -> Outcome:
    """The next attempt after the treasury did not have the USDC yet; each waits longer than the last."""
    if withdrawal.payout_waits >= WAITS_MAX:
        return review.pause(withdrawal, reason, about=failed, has_failed=True)
    waiting = attrs.evolve(withdrawal, payout_waits=withdrawal.payout_waits + 1)
    return next_payout(waiting, reason)


def next_payout(withdrawal: Withdrawal, reason: str) -> Outcome:
    """Nothing was sent: the USDC is in the treasury."""
    again = attrs.evolve(
        withdrawal,
        stage=Stage.ONRAMP_SETTLED,
        payout_attempt=withdrawal.payout_attempt + 1,
        reason=reason,
    )
    return send(again)


def _completed(withdrawal: Withdrawal, fact: PaymentCompleted) -> Outcome:
    entry = templates.paid_out(
        f"{withdrawal.id}:paid-out",
        owner=withdrawal.investor_id,
        amount=withdrawal.bought,
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
