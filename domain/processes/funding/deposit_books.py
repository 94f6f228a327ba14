"""What the books say about a deposit's effects, and what is posted when a fact contradicts them."""

from __future__ import annotations

from typing import Any

from domain.funding.deposit import Deposit, DepositStage
from domain.ids import Reference, step_of
from domain.ledger.account import Role
from domain.ledger.templates import funding as templates
from domain.ledger.templates import unexplained
from domain.money import Money
from domain.processes.facts.funding import ConversionSettled, JournalExecuted, PaymentCompleted
from domain.processes.funding import deposit_references as references
from domain.processes.review.contradictions import Books, Identity, Posted


def happened(deposit: Deposit) -> dict[Reference, Identity]:
    found: dict[Reference, Identity] = {}
    if deposit.payment and deposit.payment.completed:
        found[deposit.payment.reference] = deposit.payment.provider_id
    if deposit.settlement:
        found[references.conversion(deposit)] = deposit.settlement
    if deposit.stage is DepositStage.BROKER_FUNDED:
        found[references.funding(deposit)] = None
    return found


def accepted(deposit: Deposit) -> dict[Reference, str | None]:
    payment = deposit.payment
    return {payment.reference: payment.provider_id} if payment else {}


def asked(deposit: Deposit) -> dict[str, Money]:
    amounts = {"payment": deposit.convertible}
    if deposit.settlement:
        amounts["funding"] = deposit.settlement.delivered
    return amounts


def post(deposit: Deposit, fact: Any, key: str) -> Posted[Deposit]:
    """Only what moved money, and only where the amount is known."""
    owner = deposit.investor_id
    match fact, step_of(fact.reference):
        case JournalExecuted(), "funding":
            net = deposit.settlement.delivered if deposit.settlement else fact.amount
            if net is None:
                return deposit, ()
            moved = unexplained.journalled(key, owner=owner, amount=net, to_investor=True)
            return deposit, (moved,)
        case PaymentCompleted(), "payment" if deposit.convertible:
            paid = templates.usdc_sent_to_offramp(key, owner=owner, amount=deposit.convertible)
            return deposit, (paid,)
        case ConversionSettled(settlement=told), "offramp" if told.is_usable:
            sold, bought, fee = told.terms
            return deposit, (
                unexplained.converted(
                    key, sold=sold, bought=bought, fee=fee, received_in=Role.BROKER
                ),
            )
        case _:
            return deposit, ()


BOOKS = Books(happened=happened, accepted=accepted, asked=asked, post=post)
