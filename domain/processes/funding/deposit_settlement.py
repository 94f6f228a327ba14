"""
A deposit's way: on chain, through the off-ramp, to buying power.

    expected -> detected -> confirmed -> offramp_requested -> offramp_settled
             -> broker_funding_requested -> broker_funded

Every step books what has certainly happened and no more. A step that certainly failed is tried again
under a new reference, a bounded number of times; one whose outcome nobody can tell goes to a person.
A process in manual review still listens: a fact that moves it forward takes it out again.
"""

from __future__ import annotations

import attrs

from domain.audit.record import AuditKind
from domain.funding.conversion import Direction, Payment, PayOnChain
from domain.funding.deposit import Deposit, DepositStage
from domain.ids import LookupKey, Reference, namespace_on_chain, reference
from domain.ledger import templates
from domain.ledger.account import Role
from domain.ledger.entry import Entry
from domain.processes.decision import Decision
from domain.processes.facts.effects import (
    DeadlinePassed,
    EffectLapsed,
    EffectRefused,
    EffectUnknown,
    LedgerRefused,
)
from domain.processes.facts.fact import Fact
from domain.processes.facts.funding import (
    ConversionFailed,
    ConversionHeld,
    ConversionOpened,
    ConversionSettled,
    JournalAccepted,
    JournalExecuted,
    JournalRejected,
    LimitOverridden,
    PaymentAccepted,
    PaymentCompleted,
    PaymentFailed,
    TransferHeld,
    TransferSeen,
)
from domain.processes.instructions import (
    JournalFunds,
    LookUp,
    LookupKind,
    OpenConversion,
    SendUsdc,
    WatchDeadline,
)
from domain.processes.process_type import ProcessType
from domain.processes.review import review

ATTEMPTS_MAX = 4
EXPIRY_S = 24 * 3600
TRANSACTION = "circle.transaction"
"""The namespace of the custodian's names for what it saw on chain: one per transfer, not per hash."""

Stage = DepositStage
Outcome = Decision[Deposit]
ENDED = frozenset({Stage.BROKER_FUNDED, Stage.FAILED})
CERTAIN = PaymentCompleted | ConversionSettled | JournalExecuted | JournalRejected | TransferSeen


def announce(deposit: Deposit) -> Outcome:
    """Open a deposit that the investor says will come."""
    watch = WatchDeadline(
        reference=reference(deposit.id, "expiry"), stage=Stage.EXPECTED.value, after_s=EXPIRY_S
    )
    return Decision(deposit, instructions=(watch,))


def decide(deposit: Deposit, fact: Fact) -> Outcome:
    """What the deposit becomes, given one fact. Facts that no longer matter change nothing."""
    if isinstance(fact, LimitOverridden):
        return _overridden(deposit)
    if deposit.stage is Stage.MANUAL_REVIEW:
        return review.resume(deposit, fact, decide=decide, certain=CERTAIN)
    match fact:
        case TransferSeen():
            return _arrived(deposit, fact)
        case ConversionOpened() | ConversionSettled() | ConversionFailed() | ConversionHeld():
            return _conversion(deposit, fact)
        case PaymentAccepted() | PaymentCompleted() | PaymentFailed():
            return _payment(deposit, fact)
        case JournalAccepted() | JournalExecuted() | JournalRejected():
            return _funding(deposit, fact)
        case EffectRefused() | EffectLapsed() | EffectUnknown():
            return _effect(deposit, fact)
        case LedgerRefused() if deposit.stage not in ENDED:
            return review.pause(deposit, fact.reason)
        case DeadlinePassed(stage=stage) if deposit.stage.value == stage:
            return Decision(
                attrs.evolve(deposit, stage=Stage.EXPIRED, reason="not confirmed in 24 h")
            )
        case _:
            return Decision(deposit)


def _arrived(deposit: Deposit, fact: TransferSeen) -> Outcome:
    if deposit.stage not in {Stage.EXPECTED, Stage.DETECTED, Stage.EXPIRED}:
        return Decision(deposit)
    if deposit.transaction_id not in {None, fact.transaction_id}:
        return Decision(deposit)
    seen = attrs.evolve(
        deposit,
        stage=Stage.DETECTED,
        transaction_id=fact.transaction_id,
        tx_hash=fact.tx_hash,
        amount=fact.amount,
        reason=None,
    )
    names = () if deposit.transaction_id else _names(fact)
    if fact.final:
        return attrs.evolve(_confirmed(seen, fact), names=names)
    if deposit.stage is Stage.DETECTED:
        return Decision(seen, names=names)
    lookup = LookUp.into(
        LookupKind.ARRIVAL, reference(deposit.id, "arrival"), provider_id=fact.transaction_id
    )
    return Decision(seen, instructions=(lookup,), names=names)


def _names(fact: TransferSeen) -> tuple[LookupKey, ...]:
    on_chain = LookupKey(namespace_on_chain(fact.tx_hash), fact.transaction_id)
    return (LookupKey(TRANSACTION, fact.transaction_id), on_chain)


def _confirmed(deposit: Deposit, fact: TransferSeen) -> Outcome:
    entry = templates.deposit_confirmed(
        f"{deposit.id}:confirmed",
        owner=deposit.investor_id,
        gross=deposit.amount,
        dust=deposit.dust,
    )
    if not deposit.convertible:
        kept = attrs.evolve(
            deposit,
            stage=Stage.FAILED,
            reason="below the smallest convertible amount; kept as dust",
        )
        return Decision(kept, entries=(entry,))
    confirmed = attrs.evolve(deposit, stage=Stage.CONFIRMED)
    if isinstance(fact, TransferHeld):
        return attrs.evolve(review.pause(confirmed, fact.reason), entries=(entry,))
    return Decision(confirmed, entries=(entry,), instructions=(_open_conversion(confirmed),))


def _overridden(deposit: Deposit) -> Outcome:
    """Convert what was held for being over the limit; a deposit is in review for other reasons too."""
    is_held = deposit.paused_stage is Stage.CONFIRMED and deposit.counted is None
    if deposit.stage is not Stage.MANUAL_REVIEW or not is_held:
        return Decision(deposit)
    confirmed = attrs.evolve(deposit, stage=Stage.CONFIRMED, paused_stage=None, reason=None)
    return Decision(confirmed, instructions=(_open_conversion(confirmed),))


def _open_conversion(deposit: Deposit) -> OpenConversion:
    return OpenConversion(
        reference=reference(deposit.id, "offramp", deposit.attempt),
        direction=Direction.TO_DOLLARS,
        amount=deposit.convertible,
        offramp_account_id=deposit.offramp_account_id,
        wallet=deposit.wallet,
    )


def _conversion(
    deposit: Deposit,
    fact: ConversionOpened | ConversionSettled | ConversionFailed | ConversionHeld,
) -> Outcome:
    current = reference(deposit.id, "offramp", deposit.attempt)
    match deposit.stage, fact:
        case Stage.CONFIRMED, ConversionOpened(reference=ref) if ref == current:
            return _pay(deposit, fact)
        case Stage.OFFRAMP_REQUESTED, ConversionSettled(reference=ref) if ref == current:
            return _settled(deposit, fact)
        case ((Stage.CONFIRMED | Stage.OFFRAMP_REQUESTED), ConversionSettled()):
            return review.pause(deposit, "an earlier, abandoned conversion settled")
        case Stage.OFFRAMP_REQUESTED, ConversionFailed(reference=ref) if ref == current:
            return _conversion_ended(deposit, fact)
        case Stage.OFFRAMP_REQUESTED, ConversionHeld(reference=ref) if ref == current:
            return review.pause(deposit, fact.reason)
        case _:
            return Decision(deposit)


def _pay(deposit: Deposit, fact: ConversionOpened) -> Outcome:
    pay = fact.conversion.pay
    if not isinstance(pay, PayOnChain):
        # Nobody will pay it, so it will not happen.
        return review.pause(
            deposit,
            "the off-ramp wants another kind of payment",
            about=fact.reference,
            has_failed=True,
        )
    instruction = SendUsdc(
        reference=reference(deposit.id, "payment", deposit.attempt),
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


def _settled(deposit: Deposit, fact: ConversionSettled) -> Outcome:
    """The dollars are in the firm account: book the conversion, net of its fee, and pass them on."""
    settlement = fact.settlement
    if settlement.sold != deposit.convertible or not settlement.delivered.is_positive:
        return review.pause(deposit, "the off-ramp settled another amount than agreed")
    entries = (
        *payment_entry(deposit),
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
    payment = deposit.payment and attrs.evolve(deposit.payment, completed=True)
    settled = attrs.evolve(
        deposit, stage=Stage.OFFRAMP_SETTLED, settlement=settlement, payment=payment
    )
    return Decision(settled, entries=entries, instructions=(_journal_funds(settled),))


def _conversion_ended(deposit: Deposit, fact: ConversionFailed) -> Outcome:
    """
    The off-ramp gave up waiting.

    If the custodian has our payment, the money is on its way to an address that has lapsed: a
    person must look. Otherwise the pending payment order will find the conversion closed and lapse.
    """
    if deposit.payment and deposit.payment.provider_id:
        return review.pause(deposit, f"paid, but the off-ramp says: {fact.reason}")
    return Decision(deposit)


def _payment(deposit: Deposit, fact: PaymentAccepted | PaymentCompleted | PaymentFailed) -> Outcome:
    payment = deposit.payment
    if deposit.stage is not Stage.OFFRAMP_REQUESTED or payment is None:
        return Decision(deposit)
    if fact.reference != payment.reference or payment.completed:
        return Decision(deposit)
    match fact:
        case PaymentAccepted(provider_id=provider_id) if payment.provider_id is None:
            accepted = attrs.evolve(payment, provider_id=provider_id)
            lookup = LookUp.into(LookupKind.PAYMENT, payment.reference, provider_id=provider_id)
            return Decision(attrs.evolve(deposit, payment=accepted), instructions=(lookup,))
        case PaymentCompleted():
            done = attrs.evolve(
                payment, provider_id=fact.provider_id, tx_hash=fact.tx_hash, completed=True
            )
            entries = payment_entry(deposit)
            return Decision(attrs.evolve(deposit, payment=done), entries=entries)
        case PaymentFailed():
            return _another_attempt(deposit, payment.reference, fact.reason)
        case _:
            return Decision(deposit)


def payment_entry(deposit: Deposit) -> tuple[Entry, ...]:
    """That the off-ramp was paid, unless it is in the books already."""
    if deposit.payment is None or deposit.payment.completed:
        return ()
    entry = templates.usdc_sent_to_offramp(
        f"{deposit.id}:paid", owner=deposit.investor_id, amount=deposit.convertible
    )
    return (entry,)


def _journal_funds(deposit: Deposit) -> JournalFunds:
    if deposit.settlement is None:
        raise AssertionError("a deposit is funded after it has settled")
    return JournalFunds(
        reference=reference(deposit.id, "funding", deposit.funding_attempt),
        broker_account_id=deposit.broker_account_id,
        amount=deposit.settlement.delivered,
        to_investor=True,
    )


def _funding(
    deposit: Deposit, fact: JournalAccepted | JournalExecuted | JournalRejected
) -> Outcome:
    current = reference(deposit.id, "funding", deposit.funding_attempt)
    waiting = deposit.stage in {Stage.OFFRAMP_SETTLED, Stage.BROKER_FUNDING_REQUESTED}
    if fact.reference != current or not waiting:
        return Decision(deposit)
    match fact:
        case JournalAccepted(provider_id=provider_id) if deposit.stage is Stage.OFFRAMP_SETTLED:
            requested = attrs.evolve(deposit, stage=Stage.BROKER_FUNDING_REQUESTED)
            lookup = LookUp.into(LookupKind.JOURNAL, current, provider_id=provider_id)
            return Decision(requested, instructions=(lookup,))
        case JournalExecuted():
            return _funded(deposit)
        case JournalRejected(reason=reason):
            return _another_funding(deposit, current, reason)
        case _:
            return Decision(deposit)


def _funded(deposit: Deposit) -> Outcome:
    if deposit.settlement is None:
        raise AssertionError("a deposit is funded after it has settled")
    entry = templates.buying_power_credited(
        f"{deposit.id}:funded", owner=deposit.investor_id, net=deposit.settlement.delivered
    )
    return Decision(attrs.evolve(deposit, stage=Stage.BROKER_FUNDED), entries=(entry,))


def _effect(deposit: Deposit, fact: EffectRefused | EffectLapsed | EffectUnknown) -> Outcome:
    offramp = reference(deposit.id, "offramp", deposit.attempt)
    payment = reference(deposit.id, "payment", deposit.attempt)
    funding = reference(deposit.id, "funding", deposit.funding_attempt)
    # A refused retry says nothing about a payment that the custodian is known to have taken.
    unsent = deposit.payment is not None and deposit.payment.provider_id is None
    match deposit.stage, fact:
        case Stage.CONFIRMED, EffectRefused(reference=ref) if ref == offramp:
            return _another_attempt(deposit, ref, fact.reason)
        case Stage.OFFRAMP_REQUESTED, EffectRefused(reference=ref) if ref == payment and unsent:
            return _another_attempt(deposit, ref, fact.reason)
        case Stage.OFFRAMP_REQUESTED, EffectLapsed(reference=ref) if ref == payment and unsent:
            return _another_attempt(deposit, ref, "the off-ramp's offer lapsed before it was paid")
        case Stage.OFFRAMP_SETTLED, EffectRefused(reference=ref) if ref == funding:
            return _another_funding(deposit, ref, fact.reason)
        case Stage.CONFIRMED, EffectUnknown(reference=ref) if ref == offramp:
            return review.pause(deposit, fact.reason, about=ref)
        case _, EffectUnknown(reference=ref) if awaits(deposit, ref):
            return review.pause(deposit, fact.reason, about=ref)
        case _:
            return Decision(deposit)


def _another_attempt(deposit: Deposit, failed: Reference, reason: str) -> Outcome:
    if deposit.attempt >= ATTEMPTS_MAX:
        return review.pause(deposit, reason, about=failed, has_failed=True)
    return next_attempt(deposit, reason)


def next_attempt(deposit: Deposit, reason: str) -> Outcome:
    """Nothing was paid: agree a new conversion, since the old one may have lapsed meanwhile."""
    again = attrs.evolve(
        deposit,
        stage=Stage.CONFIRMED,
        attempt=deposit.attempt + 1,
        conversion=None,
        payment=None,
        reason=reason,
    )
    return Decision(again, instructions=(_open_conversion(again),))


def _another_funding(deposit: Deposit, failed: Reference, reason: str) -> Outcome:
    if deposit.funding_attempt >= ATTEMPTS_MAX:
        return review.pause(deposit, reason, about=failed, has_failed=True)
    return next_funding(deposit, reason)


def next_funding(deposit: Deposit, reason: str) -> Outcome:
    """Nothing was journalled: the dollars are in the firm account."""
    again = attrs.evolve(
        deposit,
        stage=Stage.OFFRAMP_SETTLED,
        funding_attempt=deposit.funding_attempt + 1,
        reason=reason,
    )
    return Decision(again, instructions=(_journal_funds(again),))


def awaits(deposit: Deposit, ref: Reference) -> bool:
    """Whether news of the effect ``ref`` would still matter."""
    match deposit.paused_stage or deposit.stage:
        case Stage.DETECTED:
            return ref == reference(deposit.id, "arrival")
        case Stage.OFFRAMP_REQUESTED:
            payment = deposit.payment
            unpaid = payment is not None and payment.reference == ref and not payment.completed
            return unpaid or ref == reference(deposit.id, "offramp", deposit.attempt)
        case Stage.OFFRAMP_SETTLED | Stage.BROKER_FUNDING_REQUESTED:
            return ref == reference(deposit.id, "funding", deposit.funding_attempt)
        case _:
            return False


def _terms(deposit: Deposit) -> dict[str, str]:
    return {"amount": str(deposit.amount), "chain": deposit.wallet.chain.value}


PROCESS = ProcessType(
    record=Deposit,
    decide=decide,
    awaits=awaits,
    ended=ENDED,
    opening=AuditKind.DEPOSIT_CREATED,
    terms=_terms,
)
