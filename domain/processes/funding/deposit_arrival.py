"""How a deposit begins: it is announced, its USDC is seen on chain, and it is confirmed or held."""

from __future__ import annotations

import attrs

from domain.funding.deposit import Deposit, DepositNotExpected, DepositStage
from domain.ids import LookupKey, namespace_on_chain, reference
from domain.ledger.entry import Entry
from domain.ledger.templates import funding as templates
from domain.money import Money
from domain.processes.decision import Decision
from domain.processes.facts.funding import (
    InboundTransfer,
    TransferDenied,
    TransferFailed,
    TransferHeld,
    TransferSeen,
)
from domain.processes.funding import deposit_references as references
from domain.processes.funding.deposit_attempts import keep_as_dust, open_conversion, to_dust
from domain.processes.instructions import LookUp, LookupKind, WatchDeadline
from domain.processes.review import review

EXPIRY_S = 24 * 3600
WITHDRAWN = "withdrawn by the investor"
BELOW_MINIMUM = "below the smallest convertible amount; kept as dust"
TRANSACTION = "circle.transaction"
"""The namespace of the custodian's transaction ids: one for each transfer, not for each hash."""

Stage = DepositStage
AWAITING = frozenset({Stage.EXPECTED, Stage.DETECTED, Stage.EXPIRED})
Outcome = Decision[Deposit]


def announce(deposit: Deposit) -> Outcome:
    """Open a deposit that the investor says will come."""
    watch = WatchDeadline(
        reference=reference(deposit.id, "expiry"), stage=Stage.EXPECTED.value, after_s=EXPIRY_S
    )
    return Decision(deposit, instructions=(watch,))


def withdraw(deposit: Deposit) -> Outcome:
    """Expect it no longer; again changes nothing. Raises ``DepositNotExpected`` once it has arrived."""
    if deposit.stage is Stage.EXPECTED:
        return Decision(attrs.evolve(deposit, stage=Stage.EXPIRED, reason=WITHDRAWN))
    if deposit.stage is Stage.EXPIRED and deposit.reason == WITHDRAWN:
        return Decision(deposit)
    raise DepositNotExpected


def expire(deposit: Deposit) -> Outcome:
    return Decision(attrs.evolve(deposit, stage=Stage.EXPIRED, reason="not confirmed in 24 h"))


def decide(deposit: Deposit, fact: InboundTransfer) -> Outcome:
    return _fail(deposit, fact) if isinstance(fact, TransferFailed) else _arrive(deposit, fact)


def _arrive(deposit: Deposit, fact: TransferSeen) -> Outcome:
    """The transfer was seen; once it is final, the deposit is confirmed."""
    if deposit.stage not in AWAITING or not fact.amount.is_positive:
        return Decision(deposit)
    if deposit.transaction_id not in {None, fact.transaction_id}:
        return Decision(deposit)
    seen = attrs.evolve(
        deposit,
        stage=Stage.DETECTED,
        transaction_id=fact.transaction_id,
        tx_hash=fact.tx_hash,
        amount=fact.amount,
        minimum=fact.minimum or deposit.minimum,
        reason=None,
    )
    names = () if deposit.transaction_id else _names(fact)
    if fact.final:
        return attrs.evolve(_confirmed(seen, fact), names=names)
    if deposit.stage is Stage.DETECTED:
        return Decision(seen, names=names)
    lookup = LookUp.into(
        LookupKind.ARRIVAL, references.arrival(deposit), provider_id=fact.transaction_id
    )
    return Decision(seen, instructions=(lookup,), names=names)


def _fail(deposit: Deposit, fact: TransferFailed) -> Outcome:
    """The chain or the custodian dropped the transfer before it was final."""
    is_it = deposit.transaction_id == fact.transaction_id
    if deposit.stage is not Stage.DETECTED or not is_it:
        return Decision(deposit)
    reason = f"the transfer failed: {fact.reason}"
    return Decision(attrs.evolve(deposit, stage=Stage.EXPIRED, reason=reason))


def override_limit(deposit: Deposit) -> Outcome:
    """
    Convert what was held for a limit, or denied by the custodian's screening and released since.

    A deposit is in review for other reasons, too.
    """
    is_held = deposit.paused_stage is Stage.CONFIRMED and deposit.counted is None
    if deposit.stage is not Stage.MANUAL_REVIEW or not is_held:
        return Decision(deposit)
    released = attrs.evolve(
        deposit, stage=Stage.CONFIRMED, paused_stage=None, reason=None, denied=False
    )
    if not released.convertible:
        return keep_as_dust(released, BELOW_MINIMUM)
    dust = released.dust if deposit.denied else Money.zero(released.amount.asset)
    entries = (to_dust(released, dust, step="released"),) if dust else ()
    return Decision(released, entries=entries, instructions=(open_conversion(released),))


def _names(fact: TransferSeen) -> tuple[LookupKey, ...]:
    on_chain = LookupKey(namespace_on_chain(fact.tx_hash), fact.transaction_id)
    return (LookupKey(TRANSACTION, fact.transaction_id), on_chain)


def _confirmed(deposit: Deposit, fact: TransferSeen) -> Outcome:
    if isinstance(fact, TransferHeld):
        return _held(deposit, fact)
    taking = deposit.taking(fact.dust or Money.zero(fact.amount.asset))
    entry = _arrived(taking, dust=taking.dust)
    if not taking.convertible:
        kept = attrs.evolve(taking, stage=Stage.FAILED, reason=BELOW_MINIMUM)
        return Decision(kept, entries=(entry,))
    confirmed = attrs.evolve(taking, stage=Stage.CONFIRMED)
    return Decision(confirmed, entries=(entry,), instructions=(open_conversion(confirmed),))


def _held(deposit: Deposit, fact: TransferHeld) -> Outcome:
    """Nothing of what screening denied is mixed with the dust of others."""
    is_denied = isinstance(fact, TransferDenied)
    entry = _arrived(deposit, dust=Money.zero(fact.amount.asset) if is_denied else deposit.dust)
    if not deposit.convertible and not is_denied:
        kept = attrs.evolve(deposit, stage=Stage.FAILED, reason=BELOW_MINIMUM)
        return Decision(kept, entries=(entry,))
    confirmed = attrs.evolve(deposit, stage=Stage.CONFIRMED, denied=is_denied)
    return attrs.evolve(review.pause(confirmed, fact.reason), entries=(entry,))


def _arrived(deposit: Deposit, *, dust: Money) -> Entry:
    return templates.deposit_confirmed(
        f"{deposit.id}:confirmed",
        owner=deposit.investor_id,
        wallet_id=deposit.wallet.wallet_id,
        gross=deposit.amount,
        dust=dust,
        from_dust=deposit.from_dust,
    )
