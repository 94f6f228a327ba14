"""Converting a deposit: the off-ramp says how it is to be paid, and delivers the dollars."""

from __future__ import annotations

import attrs

from domain.funding.conversion import Payment, PayOnChain, Settlement, is_as_agreed
from domain.funding.deposit import Deposit, DepositStage
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
from domain.processes.funding import deposit_payment as payment
from domain.processes.funding import deposit_references as references
from domain.processes.funding.deposit_attempts import journal_funds
from domain.processes.instructions import LookUp, LookupKind, SendUsdc
from domain.processes.review import review

Stage = DepositStage
Outcome = Decision[Deposit]


def decide(deposit: Deposit, fact: ConversionFact) -> Outcome:
    is_current = fact.reference == references.conversion(deposit)
    match deposit.stage, fact:
        case Stage.CONFIRMED, ConversionOpened() if is_current:
            return _pay(deposit, fact)
        case Stage.OFFRAMP_REQUESTED, ConversionSettled() if is_current:
            return _settled(deposit, fact.settlement)
        case Stage.OFFRAMP_REQUESTED, ConversionFailed() if is_current:
            return _ended(deposit, fact)
        case Stage.OFFRAMP_REQUESTED, ConversionHeld() if is_current:
            return review.pause(deposit, fact.reason)
        case _:
            return Decision(deposit)


def _pay(deposit: Deposit, fact: ConversionOpened) -> Outcome:
    pay = fact.conversion.pay
    if not isinstance(pay, PayOnChain):
        # We cannot pay it, so it will not happen.
        return review.pause(
            deposit,
            "the off-ramp wants another kind of payment",
            about=fact.reference,
            has_failed=True,
        )
    instruction = SendUsdc(
        reference=references.payment(deposit),
        wallet=deposit.wallet,
        destination=pay.address,
        amount=deposit.convertible,
        not_after=pay.expires_at,
        pays=fact.reference,
        offramp_account_id=deposit.offramp_account_id,
    )
    requested = attrs.evolve(
        deposit,
        stage=Stage.OFFRAMP_REQUESTED,
        conversion=fact.conversion,
        payment=Payment(reference=instruction.reference),
    )
    lookup = LookUp.into(
        LookupKind.CONVERSION,
        fact.reference,
        account_id=deposit.offramp_account_id,
        provider_id=fact.conversion.provider_id,
    )
    return Decision(requested, instructions=(instruction, lookup))


def _settled(deposit: Deposit, settlement: Settlement) -> Outcome:
    if not is_as_agreed(settlement, deposit.conversion, asked=deposit.convertible):
        return review.pause(deposit, "the off-ramp settled another amount than agreed")
    return settle(deposit, settlement)


def settle(deposit: Deposit, settlement: Settlement) -> Outcome:
    """The dollars are in the firm's account: post the conversion and pass on the net amount."""
    entries = (
        *payment.unposted(deposit),
        templates.converted(
            f"{deposit.id}:settled",
            owner=deposit.investor_id,
            claim=Role.INCOMING,
            sold=settlement.sold,
            bought=settlement.bought,
            fee=settlement.fee,
            received_in=Role.BROKER,
        ),
    )
    paid = deposit.payment and attrs.evolve(deposit.payment, completed=True)
    settled = attrs.evolve(
        deposit, stage=Stage.OFFRAMP_SETTLED, settlement=settlement, payment=paid
    )
    return Decision(settled, entries=entries, instructions=(journal_funds(settled),))


def _ended(deposit: Deposit, fact: ConversionFailed) -> Outcome:
    """
    The off-ramp stopped waiting for the payment.

    If the custodian has our payment, the money is on its way to an address that has lapsed, and a
    person must look. Otherwise the pending payment finds the conversion closed and lapses.
    """
    if deposit.payment and deposit.payment.provider_id:
        return review.pause(deposit, f"paid, but the off-ramp says: {fact.reason}")
    return Decision(deposit)
