"""Buying the USDC of a withdrawal: the off-ramp says where to wire the dollars, and delivers."""

from __future__ import annotations

import attrs

from domain.funding.conversion import PayByWire, Settlement, is_as_agreed
from domain.funding.withdrawal import Withdrawal, WithdrawalStage
from domain.ledger.account import Role
from domain.ledger.templates import funding as templates
from domain.processes.decision import Decision
from domain.processes.facts.funding import (
    ConversionFact,
    ConversionFailed,
    ConversionHeld,
    ConversionOpened,
    ConversionSettled,
)
from domain.processes.funding import withdrawal_payment as payment
from domain.processes.funding import withdrawal_references as references
from domain.processes.funding import withdrawal_wire as wire
from domain.processes.instructions import LookUp, LookupKind, WireOut
from domain.processes.review import review

Stage = WithdrawalStage
Outcome = Decision[Withdrawal]


def decide(withdrawal: Withdrawal, fact: ConversionFact) -> Outcome:
    if fact.reference != references.conversion(withdrawal):
        return Decision(withdrawal)
    match withdrawal.stage, fact:
        case Stage.BROKER_DEBITED, ConversionOpened():
            return _pay(withdrawal, fact)
        case Stage.ONRAMP_REQUESTED, ConversionSettled():
            return _settled(withdrawal, fact.settlement)
        case Stage.ONRAMP_REQUESTED, ConversionFailed() | ConversionHeld():
            return review.pause(withdrawal, fact.reason)
        case _:
            return Decision(withdrawal)


def _pay(withdrawal: Withdrawal, fact: ConversionOpened) -> Outcome:
    pay = fact.conversion.pay
    if not isinstance(pay, PayByWire):
        return review.pause(withdrawal, "the off-ramp wants another kind of payment")
    wire_out = WireOut(reference=references.wire(withdrawal), amount=withdrawal.amount, to=pay)
    requested = attrs.evolve(withdrawal, stage=Stage.ONRAMP_REQUESTED, conversion=fact.conversion)
    lookup = LookUp.into(
        LookupKind.CONVERSION,
        fact.reference,
        account_id=withdrawal.offramp_account_id,
        provider_id=fact.conversion.provider_id,
    )
    return Decision(requested, instructions=(wire_out, lookup))


def _settled(withdrawal: Withdrawal, settlement: Settlement) -> Outcome:
    if not is_as_agreed(settlement, withdrawal.conversion, asked=withdrawal.amount):
        return review.pause(withdrawal, "the off-ramp settled another amount than agreed")
    return settle(withdrawal, settlement)


def settle(withdrawal: Withdrawal, settlement: Settlement) -> Outcome:
    """The USDC is in the treasury: post the conversion and send the net amount."""
    entries = (
        *wire.unposted(withdrawal),
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
    return attrs.evolve(payment.send(settled), entries=entries)
