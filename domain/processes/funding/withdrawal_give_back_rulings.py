"""How administrators can resolve a withdrawal that stopped while its USDC was sold back."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from domain.funding.conversion import Payment, Settlement
from domain.funding.withdrawal import GiveBack, Withdrawal
from domain.ids import Reference
from domain.ledger.templates import funding as templates
from domain.processes.decision import Decision
from domain.processes.facts.funding import PaymentCompleted
from domain.processes.facts.review import Ruled
from domain.processes.funding import withdrawal_give_back as give_back
from domain.processes.funding import withdrawal_payment as payment
from domain.processes.funding import withdrawal_references as references
from domain.processes.instructions import LookUp, LookupKind
from domain.processes.review import review
from domain.review.given_up import has_failed, is_given_up, noted
from domain.review.ruling import Action, Evidence

Outcome = Decision[Withdrawal]


def rule(withdrawal: Withdrawal, ruled: Ruled) -> Outcome:
    """What a withdrawal that stopped while it was sold back becomes."""
    match ruled.action:
        case Action.RETRY if has_failed(withdrawal.given_up, _pending(withdrawal)):
            return give_back.begin(review.resumed(withdrawal), ruled.reason)
        case Action.DID_NOT_HAPPEN if _is_doubtful(withdrawal):
            return give_back.begin(review.resumed(withdrawal), ruled.reason)
        case Action.PAY_ANOTHER if ruled.evidence.address and _usdc_is_here(withdrawal):
            return pay_another(withdrawal, ruled.evidence.address, ruled.reason)
        case Action.HAPPENED if ruled.evidence.provider_id and ruled.evidence.tx_hash:
            return _paid(withdrawal, ruled.evidence.provider_id, ruled.evidence.tx_hash)
        case Action.SETTLED if _is_paid_or_never_will_be(withdrawal):
            return _settled(withdrawal, ruled.evidence)
        case Action.REFUNDED if _is_taken(withdrawal):
            return _refunded(withdrawal, ruled.reason)
        case _:
            return Decision(withdrawal)


def questions(withdrawal: Withdrawal) -> Iterator[LookUp]:
    """What can be looked up about the sale."""
    if (sent := _unfinished(withdrawal)) is not None:
        yield LookUp.into(LookupKind.PAYMENT, sent.reference, provider_id=sent.provider_id)
    yield _sale_question(withdrawal)


def pay_another(withdrawal: Withdrawal, address: str, reason: str) -> Outcome:
    """The USDC is in the treasury: send it to another address of the investor, not the same again."""
    if withdrawal.treasury.chain.same_address(address, withdrawal.destination):
        return Decision(withdrawal)
    last = withdrawal.give_back
    sale = last and GiveBack(attempt=last.attempt, lapses=last.lapses)
    elsewhere = attrs.evolve(review.resumed(withdrawal), destination=address, give_back=sale)
    return payment.next_payout(elsewhere, reason)


def _unfinished(withdrawal: Withdrawal) -> Payment | None:
    sent = withdrawal.give_back.payment if withdrawal.give_back else None
    return sent if sent and not sent.completed else None


def _pending(withdrawal: Withdrawal) -> Reference:
    """The effect that would be tried again: the payment of the sale, or the sale."""
    sent = withdrawal.give_back.payment if withdrawal.give_back else None
    return sent.reference if sent else references.sale(withdrawal)


def _is_doubtful(withdrawal: Withdrawal) -> bool:
    pending = _pending(withdrawal)
    is_over = is_given_up(withdrawal.given_up, pending)
    return is_over and not has_failed(withdrawal.given_up, pending)


def _usdc_is_here(withdrawal: Withdrawal) -> bool:
    """Whether nothing was paid for the sale, and nothing will be."""
    if _unfinished(withdrawal) is not None:
        return has_failed(withdrawal.given_up, _pending(withdrawal))
    is_paid = withdrawal.give_back is not None and withdrawal.give_back.is_paid
    return not is_paid and is_given_up(withdrawal.given_up, references.sale(withdrawal))


def _is_taken(withdrawal: Withdrawal) -> bool:
    """Whether the custodian has the payment of the sale."""
    sent = withdrawal.give_back.payment if withdrawal.give_back else None
    return sent is not None and (sent.completed or sent.provider_id is not None)


def _is_paid_or_never_will_be(withdrawal: Withdrawal) -> bool:
    sent = _unfinished(withdrawal)
    return _is_taken(withdrawal) or (
        sent is not None and is_given_up(withdrawal.given_up, sent.reference)
    )


def _paid(withdrawal: Withdrawal, provider_id: str, tx_hash: str) -> Outcome:
    sent = _unfinished(withdrawal)
    if sent is None:
        return Decision(withdrawal)
    fact = PaymentCompleted(reference=sent.reference, provider_id=provider_id, tx_hash=tx_hash)
    outcome = give_back.decide_payment(review.resumed(withdrawal), fact)
    return attrs.evolve(outcome, instructions=(_sale_question(withdrawal).renewed(),))


def _settled(withdrawal: Withdrawal, evidence: Evidence) -> Outcome:
    bought, fee = evidence.bought, evidence.fee
    sale = withdrawal.give_back
    if sale is None or bought is None or fee is None or not (bought - fee).is_positive:
        return Decision(withdrawal)
    settlement = Settlement(
        sold=withdrawal.sellable,
        bought=bought,
        fee=fee,
        tx_hash=evidence.tx_hash,
        provider_id=evidence.provider_id,
    )
    return give_back.settle(review.resumed(withdrawal), sale, settlement)


def _refunded(withdrawal: Withdrawal, reason: str) -> Outcome:
    """The off-ramp sent the USDC back to the treasury: the sale failed, and what follows is ruled next."""
    sale = withdrawal.give_back
    if sale is None:
        return Decision(withdrawal)
    back = templates.sale_refunded(
        f"{withdrawal.id}:sale-refunded-{sale.attempt}", amount=withdrawal.sellable
    )
    unsold = attrs.evolve(
        withdrawal,
        give_back=GiveBack(attempt=sale.attempt),
        given_up=noted(withdrawal.given_up, references.sale(withdrawal), has_failed=True),
        reason=reason,
    )
    return Decision(unsold, entries=(*give_back.unposted(withdrawal), back))


def _sale_question(withdrawal: Withdrawal) -> LookUp:
    conversion = withdrawal.give_back.conversion if withdrawal.give_back else None
    return LookUp.into(
        LookupKind.CONVERSION,
        references.sale(withdrawal),
        account_id=withdrawal.offramp_account_id,
        provider_id=conversion.provider_id if conversion else None,
    )
