"""
How administrators can resolve a deposit in review.

A further attempt has a new reference, so it is made only when nothing will try the last one any more: it
has certainly failed, or it was given up and two administrators say that it did not happen.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from domain.funding.conversion import Payment, Settlement
from domain.funding.deposit import Deposit, DepositStage
from domain.ids import Reference
from domain.ledger.account import Role
from domain.ledger.entry import Entry
from domain.ledger.templates import funding as templates
from domain.ledger.templates import unexplained
from domain.processes.decision import Decision
from domain.processes.facts.funding import (
    JournalExecuted,
    LimitOverridden,
    PaymentCompleted,
)
from domain.processes.facts.review import Ruled
from domain.processes.funding import deposit_attempts as attempts
from domain.processes.funding import deposit_conversion, deposit_payment, deposit_settlement
from domain.processes.funding import deposit_references as references
from domain.processes.instructions import LookUp, LookupKind
from domain.processes.review import review
from domain.review.given_up import has_failed, is_given_up
from domain.review.ruling import Action, Evidence

Stage = DepositStage
Outcome = Decision[Deposit]
AT_BROKER = frozenset({Stage.OFFRAMP_SETTLED, Stage.BROKER_FUNDING_REQUESTED})
NOT_SEEN = frozenset({Stage.EXPECTED, Stage.EXPIRED})
REFUNDED = "the off-ramp sent it back, which is a deposit of its own"


def rule(deposit: Deposit, ruled: Ruled) -> Outcome:
    """What the deposit becomes; a resolution that does not fit its state changes nothing."""
    match ruled.action:
        case Action.OVERRIDE:
            return deposit_settlement.decide(deposit, LimitOverridden(reason=ruled.reason))
        case Action.KEEP_AS_DUST if _is_unsent(deposit):
            return attempts.keep_as_dust(review.resumed(deposit), f"kept as dust: {ruled.reason}")
        case Action.RETRY if _failed(deposit):
            return _again(deposit, ruled.reason)
        case Action.DID_NOT_HAPPEN if deposit.paused_stage in NOT_SEEN or _doubtful(deposit):
            return _again(deposit, ruled.reason)
        case Action.HAPPENED if ruled.evidence.provider_id:
            return _happened(deposit, ruled.evidence, ruled.evidence.provider_id)
        case Action.SETTLED if ruled.evidence.bought and _is_paid_or_never_will_be(deposit):
            return _settled(deposit, ruled.evidence)
        case Action.ACKNOWLEDGE:
            return review.acknowledged(deposit, decide=deposit_settlement.decide)
        case Action.REFUNDED if deposit.paused_stage is Stage.OFFRAMP_REQUESTED:
            return _refunded(deposit)
        case _:
            return Decision(deposit)


def questions(deposit: Deposit) -> Iterator[LookUp]:
    """What can be looked up about the effects that it awaits."""
    match deposit.paused_stage, deposit.payment:
        case Stage.DETECTED, _:
            yield LookUp.into(
                LookupKind.ARRIVAL, references.arrival(deposit), provider_id=deposit.transaction_id
            )
        case Stage.CONFIRMED, _:
            yield _conversion_question(deposit)
        case Stage.OFFRAMP_REQUESTED, Payment(completed=False) as payment:
            yield LookUp.into(
                LookupKind.PAYMENT, payment.reference, provider_id=payment.provider_id
            )
            yield _conversion_question(deposit)
        case Stage.OFFRAMP_REQUESTED, _:
            yield _conversion_question(deposit)
        case ((Stage.OFFRAMP_SETTLED | Stage.BROKER_FUNDING_REQUESTED), _):
            yield LookUp.into(LookupKind.JOURNAL, references.funding(deposit))


def _pending(deposit: Deposit) -> Reference | None:
    """The effect that would be tried again."""
    match deposit.paused_stage, deposit.payment:
        case Stage.DETECTED, _:
            return references.arrival(deposit)
        case Stage.CONFIRMED, _:
            return references.conversion(deposit)
        case Stage.OFFRAMP_REQUESTED, Payment(completed=False) as payment:
            return payment.reference
        case ((Stage.OFFRAMP_SETTLED | Stage.BROKER_FUNDING_REQUESTED), _):
            return references.funding(deposit)
        case _:
            return None


def _failed(deposit: Deposit) -> bool:
    """Whether nothing was paid and nothing will be: also by a conversion that was agreed in review."""
    is_only_agreed = deposit.conversion is not None and deposit.payment is None
    if deposit.paused_stage is Stage.CONFIRMED and is_only_agreed:
        return True
    pending = _pending(deposit)
    return pending is not None and has_failed(deposit.given_up, pending)


def _doubtful(deposit: Deposit) -> bool:
    pending = _pending(deposit)
    is_over = pending is not None and is_given_up(deposit.given_up, pending)
    return is_over and not _failed(deposit)


def _is_unsent(deposit: Deposit) -> bool:
    """Whether all of it is certainly in the wallet, and it is not only held: an attempt was given up."""
    if deposit.paused_stage not in {Stage.CONFIRMED, Stage.OFFRAMP_REQUESTED}:
        return False
    is_unpaid = deposit.paused_stage is Stage.CONFIRMED and deposit.attempt == 1
    return _failed(deposit) or (is_unpaid and _doubtful(deposit))


def _again(deposit: Deposit, reason: str) -> Outcome:
    paused_stage, before = deposit.paused_stage, review.resumed(deposit)
    if paused_stage in AT_BROKER:
        return attempts.next_funding(before, reason)
    if paused_stage in {Stage.DETECTED, *NOT_SEEN}:
        # A transfer that is seen later still counts.
        return Decision(attrs.evolve(before, stage=Stage.EXPIRED, reason=reason))
    return attempts.next_conversion(before, reason)


def _happened(deposit: Deposit, evidence: Evidence, provider_id: str) -> Outcome:
    before, payment = review.resumed(deposit), deposit.payment
    if deposit.paused_stage in AT_BROKER:
        journal = JournalExecuted(reference=references.funding(deposit), provider_id=provider_id)
        return deposit_settlement.decide(before, journal)
    is_unpaid = payment is not None and not payment.completed
    if deposit.paused_stage is not Stage.OFFRAMP_REQUESTED or not is_unpaid or not evidence.tx_hash:
        return Decision(deposit)
    fact = PaymentCompleted(
        reference=references.payment(deposit),
        provider_id=provider_id,
        tx_hash=evidence.tx_hash,
    )
    outcome = deposit_settlement.decide(before, fact)
    return attrs.evolve(outcome, instructions=(_conversion_question(deposit).renewed(),))


def _is_paid_or_never_will_be(deposit: Deposit) -> bool:
    """Whether no payment of ours is still on its way to the off-ramp."""
    payment = deposit.payment
    if deposit.paused_stage is Stage.CONFIRMED:
        return deposit.attempt > 1
    if deposit.paused_stage is not Stage.OFFRAMP_REQUESTED or payment is None:
        return False
    is_taken = payment.completed or payment.provider_id is not None
    return is_taken or is_given_up(deposit.given_up, payment.reference)


def _settled(deposit: Deposit, evidence: Evidence) -> Outcome:
    """The off-ramp delivered for this deposit, by its current conversion or an earlier one."""
    bought, fee = evidence.bought, evidence.fee
    if bought is None or fee is None or not (bought - fee).is_positive:
        return Decision(deposit)
    settlement = Settlement(
        sold=deposit.convertible,
        bought=bought,
        fee=fee,
        tx_hash=evidence.tx_hash,
        provider_id=evidence.provider_id,
    )
    payment = deposit.payment or Payment(reference=references.payment(deposit))
    if _is_posted_late(deposit, "PaymentCompleted"):
        payment = attrs.evolve(payment, completed=True)
    paid = attrs.evolve(review.resumed(deposit), stage=Stage.OFFRAMP_REQUESTED, payment=payment)
    outcome = deposit_conversion.settle(paid, settlement)
    return attrs.evolve(outcome, entries=(*_out_of_suspense(deposit), *outcome.entries))


def _is_posted_late(deposit: Deposit, said: str) -> bool:
    return any(each.said == said and not each.resolved for each in deposit.contradictions)


def _out_of_suspense(deposit: Deposit) -> Iterator[Entry]:
    """What an earlier conversion brought was for this deposit after all."""
    for number, each in enumerate(deposit.contradictions, start=1):
        if each.settlement and each.settlement.is_usable and not each.resolved:
            sold, bought, fee = each.settlement.terms
            yield unexplained.converted(
                f"{deposit.id}:explained-{number}",
                sold=sold,
                bought=bought,
                fee=fee,
                received_in=Role.BROKER,
                is_reversal=True,
            )
            return


def _refunded(deposit: Deposit) -> Outcome:
    """The USDC is back in the investor's wallet, where it arrived as another deposit."""
    payment = deposit.payment
    is_taken = payment is not None and (payment.completed or payment.provider_id is not None)
    if not is_taken:
        return Decision(deposit)
    back = templates.conversion_refunded(
        f"{deposit.id}:refunded", owner=deposit.investor_id, amount=deposit.convertible
    )
    paid = payment and attrs.evolve(payment, completed=True)
    before = review.resumed(deposit)
    failed = attrs.evolve(before, stage=Stage.FAILED, reason=REFUNDED, payment=paid)
    return Decision(failed, entries=(*deposit_payment.unposted(deposit), back))


def _conversion_question(deposit: Deposit) -> LookUp:
    conversion = deposit.conversion
    return LookUp.into(
        LookupKind.CONVERSION,
        references.conversion(deposit),
        account_id=deposit.offramp_account_id,
        provider_id=conversion.provider_id if conversion else None,
    )
