"""How a deposit begins: it is announced, its USDC is seen on chain, and it is confirmed or held."""

from __future__ import annotations

import attrs

from domain.funding.deposit import Deposit, DepositStage
from domain.ids import LookupKey, namespace_on_chain, reference
from domain.ledger.templates import funding as templates
from domain.processes.decision import Decision
from domain.processes.facts.funding import TransferHeld, TransferSeen
from domain.processes.funding import deposit_references as references
from domain.processes.funding.deposit_attempts import open_conversion
from domain.processes.instructions import LookUp, LookupKind, WatchDeadline
from domain.processes.review import review

EXPIRY_S = 24 * 3600
TRANSACTION = "circle.transaction"
"""The namespace of the custodian's transaction ids: one for each transfer, not for each hash."""

Stage = DepositStage
Outcome = Decision[Deposit]


def announce(deposit: Deposit) -> Outcome:
    """Open a deposit that the investor says will come."""
    watch = WatchDeadline(
        reference=reference(deposit.id, "expiry"), stage=Stage.EXPECTED.value, after_s=EXPIRY_S
    )
    return Decision(deposit, instructions=(watch,))


def expire(deposit: Deposit) -> Outcome:
    return Decision(attrs.evolve(deposit, stage=Stage.EXPIRED, reason="not confirmed in 24 h"))


def arrive(deposit: Deposit, fact: TransferSeen) -> Outcome:
    """The transfer was seen; once it is final, the deposit is confirmed."""
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
        LookupKind.ARRIVAL, references.arrival(deposit), provider_id=fact.transaction_id
    )
    return Decision(seen, instructions=(lookup,), names=names)


def override_limit(deposit: Deposit) -> Outcome:
    """Convert what was held for a limit; a deposit is in review for other reasons, too."""
    is_held = deposit.paused_stage is Stage.CONFIRMED and deposit.counted is None
    if deposit.stage is not Stage.MANUAL_REVIEW or not is_held:
        return Decision(deposit)
    confirmed = attrs.evolve(deposit, stage=Stage.CONFIRMED, paused_stage=None, reason=None)
    return Decision(confirmed, instructions=(open_conversion(confirmed),))


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
    return Decision(confirmed, entries=(entry,), instructions=(open_conversion(confirmed),))
