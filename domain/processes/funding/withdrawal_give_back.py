"""
Giving back USDC that cannot be paid out: it is sold, and the dollars are journalled to the investor.

The off-ramp converts it as it converts a deposit, but the treasury pays. A further sale is made only when
the last one was certainly not paid. Once it has settled, a compensation gives back what it brought.
"""

from __future__ import annotations

import attrs

from domain.funding.conversion import (
    Conversion,
    Direction,
    Payment,
    PayOnChain,
    Settlement,
    is_as_agreed,
)
from domain.funding.withdrawal import GiveBack, Withdrawal, WithdrawalStage
from domain.ids import FIRM, Reference
from domain.ledger.account import Role
from domain.ledger.entry import Entry
from domain.ledger.templates import funding as templates
from domain.processes.decision import Decision
from domain.processes.facts.funding import (
    ConversionFact,
    ConversionFailed,
    ConversionHeld,
    ConversionOpened,
    ConversionSettled,
    PaymentAccepted,
    PaymentCompleted,
    PaymentFact,
    PaymentFailed,
)
from domain.processes.funding import withdrawal_compensation as compensation
from domain.processes.funding import withdrawal_references as references
from domain.processes.funding.attempt_limits import ATTEMPTS_MAX, LAPSES_MAX
from domain.processes.instructions import LookUp, LookupKind, OpenConversion, SendUsdc
from domain.processes.review import review

Stage = WithdrawalStage
Outcome = Decision[Withdrawal]


def begin(withdrawal: Withdrawal, reason: str) -> Outcome:
    """Agree on a sale of the USDC in the treasury; an earlier sale, if any, was not paid."""
    before = withdrawal.give_back or GiveBack(attempt=0)
    selling = attrs.evolve(
        withdrawal,
        stage=Stage.SELLING_BACK,
        give_back=GiveBack(attempt=before.attempt + 1, lapses=before.lapses),
        reason=reason,
    )
    instruction = OpenConversion(
        reference=references.sale(selling),
        direction=Direction.TO_DOLLARS,
        amount=selling.sellable,
        offramp_account_id=selling.offramp_account_id,
        wallet=selling.treasury,
        linked=False,
    )
    return Decision(selling, instructions=(instruction,))


def decide_sale(withdrawal: Withdrawal, fact: ConversionFact) -> Outcome:
    sale = withdrawal.give_back
    if sale is None or withdrawal.stage is not Stage.SELLING_BACK:
        return Decision(withdrawal)
    if fact.reference != references.sale(withdrawal):
        return Decision(withdrawal)
    match fact:
        case ConversionOpened() if sale.conversion is None:
            return _pay(withdrawal, sale, fact.conversion)
        case ConversionSettled() if sale.payment is not None:
            return _sold(withdrawal, sale, fact.settlement)
        case ConversionFailed() if sale.payment and sale.payment.provider_id:
            return review.pause(withdrawal, f"paid, but the off-ramp says: {fact.reason}")
        case ConversionHeld():
            return review.pause(withdrawal, fact.reason)
        case _:
            return Decision(withdrawal)


def decide_payment(withdrawal: Withdrawal, fact: PaymentFact) -> Outcome:
    sale = withdrawal.give_back
    payment = sale.payment if sale else None
    if sale is None or payment is None or withdrawal.stage is not Stage.SELLING_BACK:
        return Decision(withdrawal)
    if fact.reference != payment.reference or payment.completed:
        return Decision(withdrawal)
    match fact:
        case PaymentAccepted(provider_id=provider_id):
            if payment.provider_id is not None:
                return Decision(withdrawal)
            accepted = attrs.evolve(payment, provider_id=provider_id)
            lookup = LookUp.into(LookupKind.PAYMENT, payment.reference, provider_id=provider_id)
            return Decision(
                _with(withdrawal, attrs.evolve(sale, payment=accepted)), instructions=(lookup,)
            )
        case PaymentCompleted():
            done = attrs.evolve(
                payment, provider_id=fact.provider_id, tx_hash=fact.tx_hash, completed=True
            )
            return Decision(
                _with(withdrawal, attrs.evolve(sale, payment=done)), entries=unposted(withdrawal)
            )
        case PaymentFailed():
            return try_again(withdrawal, payment.reference, fact.reason, final=fact.final)


def try_again(withdrawal: Withdrawal, failed: Reference, reason: str, *, final: bool) -> Outcome:
    """Another sale after ``failed``; manual review after the last, and after a ``final`` refusal."""
    sale = withdrawal.give_back
    if final or sale is None or sale.attempt - sale.lapses >= ATTEMPTS_MAX:
        return review.pause(withdrawal, reason, about=failed, has_failed=True)
    return begin(withdrawal, reason)


def try_later(withdrawal: Withdrawal, lapsed: Reference, reason: str) -> Outcome:
    """Another sale after nothing was refused, as in an outage; each waits longer than the last."""
    sale = withdrawal.give_back
    if sale is None or sale.lapses >= LAPSES_MAX:
        return review.pause(withdrawal, reason, about=lapsed, has_failed=True)
    return begin(_with(withdrawal, attrs.evolve(sale, lapses=sale.lapses + 1)), reason)


def is_unpaid(withdrawal: Withdrawal, ref: Reference) -> bool:
    """Whether ``ref`` is of the current sale, and the custodian is not known to have its payment."""
    payment = withdrawal.give_back.payment if withdrawal.give_back else None
    current = payment.reference if payment else references.sale(withdrawal)
    return ref == current and (payment is None or payment.provider_id is None)


def awaits(withdrawal: Withdrawal, ref: Reference) -> bool:
    sale = withdrawal.give_back
    payment = sale.payment if sale else None
    is_payment = payment is not None and not payment.completed and ref == payment.reference
    return is_payment or ref == references.sale(withdrawal)


def _pay(withdrawal: Withdrawal, sale: GiveBack, conversion: Conversion) -> Outcome:
    pay = conversion.pay
    if not isinstance(pay, PayOnChain):
        # We cannot pay it, so it will not happen.
        return review.pause(
            withdrawal,
            "the off-ramp wants another kind of payment",
            about=conversion.reference,
            has_failed=True,
        )
    instruction = SendUsdc(
        reference=references.sale_payment(withdrawal),
        wallet=withdrawal.treasury,
        destination=pay.address,
        amount=withdrawal.sellable,
        not_after=pay.expires_at,
        pays=conversion.reference,
        offramp_account_id=withdrawal.offramp_account_id,
    )
    payment = Payment(reference=instruction.reference)
    paying = _with(withdrawal, attrs.evolve(sale, conversion=conversion, payment=payment))
    lookup = LookUp.into(
        LookupKind.CONVERSION,
        conversion.reference,
        account_id=withdrawal.offramp_account_id,
        provider_id=conversion.provider_id,
    )
    return Decision(paying, instructions=(instruction, lookup))


def _sold(withdrawal: Withdrawal, sale: GiveBack, settlement: Settlement) -> Outcome:
    if not is_as_agreed(settlement, sale.conversion, asked=withdrawal.sellable):
        return review.pause(withdrawal, "the off-ramp settled another amount than agreed")
    return settle(withdrawal, sale, settlement)


def settle(withdrawal: Withdrawal, sale: GiveBack, settlement: Settlement) -> Outcome:
    """The dollars are in the firm's account: post the sale and journal them to the investor."""
    sold = templates.converted(
        f"{withdrawal.id}:sold",
        owner=withdrawal.investor_id,
        claim=Role.OUTGOING,
        sold=settlement.sold,
        bought=settlement.bought,
        fee=settlement.fee,
        received_in=Role.BROKER,
    )
    paid = sale.payment and attrs.evolve(sale.payment, completed=True)
    back = attrs.evolve(
        _with(withdrawal, attrs.evolve(sale, settlement=settlement, payment=paid)),
        stage=Stage.COMPENSATING,
    )
    entries = (*unposted(withdrawal), sold, *_fraction(withdrawal))
    return Decision(back, entries=entries, instructions=compensation.refund(back))


def _fraction(withdrawal: Withdrawal) -> tuple[Entry, ...]:
    """The entry of what cannot be sold, if there is any."""
    fraction = withdrawal.bought - withdrawal.sellable
    if not fraction:
        return ()
    entry = templates.fraction_kept(
        f"{withdrawal.id}:fraction",
        owner=withdrawal.investor_id,
        claim=Role.OUTGOING,
        amount=fraction,
    )
    return (entry,)


def unposted(withdrawal: Withdrawal) -> tuple[Entry, ...]:
    """The entry of the payment, unless it is in the ledger already."""
    if withdrawal.give_back is None or withdrawal.give_back.is_paid:
        return ()
    entry = templates.usdc_sent_to_offramp(
        f"{withdrawal.id}:sale-paid-{withdrawal.give_back.attempt}",
        owner=FIRM,
        amount=withdrawal.sellable,
    )
    return (entry,)


def _with(withdrawal: Withdrawal, sale: GiveBack) -> Withdrawal:
    return attrs.evolve(withdrawal, give_back=sale)
