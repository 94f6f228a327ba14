"""Paying the off-ramp for a deposit's conversion: accepted by the custodian, final on chain, or failed."""

from __future__ import annotations

import attrs

from domain.funding.deposit import Deposit, DepositStage
from domain.ledger.entry import Entry
from domain.ledger.templates import funding as templates
from domain.processes.decision import Decision
from domain.processes.facts.funding import (
    PaymentAccepted,
    PaymentCompleted,
    PaymentFact,
    PaymentFailed,
)
from domain.processes.funding.deposit_attempts import convert_again
from domain.processes.instructions import LookUp, LookupKind


def decide(deposit: Deposit, fact: PaymentFact) -> Decision[Deposit]:
    payment = deposit.payment
    if deposit.stage is not DepositStage.OFFRAMP_REQUESTED or payment is None:
        return Decision(deposit)
    if fact.reference != payment.reference or payment.completed:
        return Decision(deposit)
    match fact:
        case PaymentAccepted(provider_id=provider_id):
            if payment.provider_id is not None:
                return Decision(deposit)
            accepted = attrs.evolve(payment, provider_id=provider_id)
            lookup = LookUp.into(LookupKind.PAYMENT, payment.reference, provider_id=provider_id)
            return Decision(attrs.evolve(deposit, payment=accepted), instructions=(lookup,))
        case PaymentCompleted():
            done = attrs.evolve(
                payment, provider_id=fact.provider_id, tx_hash=fact.tx_hash, completed=True
            )
            return Decision(attrs.evolve(deposit, payment=done), entries=unposted(deposit))
        case PaymentFailed():
            return convert_again(deposit, payment.reference, fact.reason, final=fact.final)


def unposted(deposit: Deposit) -> tuple[Entry, ...]:
    """The entry of the payment, unless it is in the ledger already."""
    if deposit.payment is None or deposit.payment.completed:
        return ()
    entry = templates.usdc_sent_to_offramp(
        f"{deposit.id}:paid", owner=deposit.investor_id, amount=deposit.convertible
    )
    return (entry,)
