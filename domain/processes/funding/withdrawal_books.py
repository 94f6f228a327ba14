"""What the books say about a withdrawal's effects, and what is posted when a fact contradicts them."""

from __future__ import annotations

from typing import Any

import attrs

from domain.funding.withdrawal import Withdrawal, WithdrawalStage
from domain.ids import FIRM, Reference, step_of
from domain.ledger.account import Role
from domain.ledger.templates import funding as templates
from domain.ledger.templates import unexplained
from domain.money import Money
from domain.processes.facts.funding import (
    ConversionSettled,
    JournalExecuted,
    PaymentCompleted,
    WireCompleted,
    WireFailed,
)
from domain.processes.funding import withdrawal_references as references
from domain.processes.kinds import kind_of
from domain.processes.review.contradictions import Books, Identity, Posted

Stage = WithdrawalStage
NOT_DEBITED = frozenset(
    {Stage.REQUESTED, Stage.RESERVED, Stage.BROKER_DEBIT_REQUESTED, Stage.FAILED}
)


def happened(withdrawal: Withdrawal) -> dict[Reference, Identity]:
    found: dict[Reference, Identity] = {}
    if withdrawal.stage not in NOT_DEBITED:
        found[references.debit(withdrawal)] = None
    if withdrawal.wire_completed:
        found[references.wire(withdrawal)] = withdrawal.wire_id
    if withdrawal.settlement:
        found[references.conversion(withdrawal)] = withdrawal.settlement
    if withdrawal.payment and withdrawal.payment.completed:
        found[withdrawal.payment.reference] = withdrawal.payment.provider_id
    if withdrawal.stage is Stage.COMPENSATED:
        found[references.refund(withdrawal)] = None
    sale = withdrawal.give_back
    if sale and sale.payment and sale.payment.completed:
        found[sale.payment.reference] = sale.payment.provider_id
    if sale and sale.settlement:
        found[references.sale(withdrawal)] = sale.settlement
    return found


def accepted(withdrawal: Withdrawal) -> dict[Reference, str | None]:
    known = {references.wire(withdrawal): withdrawal.wire_id}
    sale = withdrawal.give_back
    for payment in (withdrawal.payment, sale and sale.payment):
        if payment:
            known[payment.reference] = payment.provider_id
    return known


def asked(withdrawal: Withdrawal) -> dict[str, Money]:
    amount = withdrawal.amount
    amounts = {"debit": amount, "wire": amount, "refund": withdrawal.refund}
    if withdrawal.settlement:
        amounts |= {"payout": withdrawal.bought, references.SALE_PAYMENT: withdrawal.sellable}
    return amounts


def was_debited_late(withdrawal: Withdrawal) -> bool:
    """Whether the dollars left the investor's account after the hold had been released."""
    debit, said = references.debit(withdrawal), kind_of(JournalExecuted)
    return any(each.reference == debit and each.said == said for each in withdrawal.contradictions)


def post(withdrawal: Withdrawal, fact: Any, key: str) -> Posted[Withdrawal]:
    """Only what moved money, and only where the amount is known."""
    owner, amount = withdrawal.investor_id, withdrawal.amount
    match fact, step_of(fact.reference):
        case JournalExecuted(), "debit":
            moved = unexplained.journalled(key, owner=owner, amount=amount, to_investor=False)
            return withdrawal, (moved,)
        case JournalExecuted(), "refund":
            back = withdrawal.refund
            moved = unexplained.journalled(key, owner=owner, amount=back, to_investor=True)
            return withdrawal, (moved,)
        case WireCompleted(), "wire":
            first = attrs.evolve(withdrawal, wire_completed=True, wire_id=fact.provider_id)
            after = withdrawal if withdrawal.wire_completed else first
            return after, (templates.wired_to_offramp(key, amount=amount),)
        case WireFailed(), "wire":
            return _returned(withdrawal, key)
        case ConversionSettled(settlement=told), step if told.is_usable:
            sold, bought, fee = told.terms
            place = Role.BROKER if step == references.SALE else Role.CUSTODY
            return withdrawal, (
                unexplained.converted(key, sold=sold, bought=bought, fee=fee, received_in=place),
            )
        case PaymentCompleted(), "payout" if withdrawal.settlement:
            gone = unexplained.sent(key, at=Role.CUSTODY, amount=withdrawal.bought)
            return withdrawal, (gone,)
        case PaymentCompleted(), references.SALE_PAYMENT if withdrawal.settlement:
            paid = templates.usdc_sent_to_offramp(key, owner=FIRM, amount=withdrawal.sellable)
            return withdrawal, (paid,)
        case _:
            return withdrawal, ()


def _returned(withdrawal: Withdrawal, key: str) -> Posted[Withdrawal]:
    """The dollars are back; after the off-ramp has paid for them they are not the firm's for sure."""
    amount, after = withdrawal.amount, attrs.evolve(withdrawal, wire_completed=False)
    if withdrawal.settlement is None:
        return after, (templates.wire_returned(key, amount=amount),)
    return after, (unexplained.received(key, at=Role.BROKER, amount=amount),)


BOOKS = Books(happened=happened, accepted=accepted, asked=asked, post=post)
