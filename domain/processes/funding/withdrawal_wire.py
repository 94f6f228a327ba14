"""Paying for a withdrawal's conversion: the wire is accepted, arrives at the off-ramp, or comes back."""

from __future__ import annotations

import attrs

from domain.funding.withdrawal import Withdrawal, WithdrawalStage
from domain.ledger.entry import Entry
from domain.ledger.templates import funding as templates
from domain.processes.decision import Decision
from domain.processes.facts.funding import WireAccepted, WireCompleted, WireFact, WireFailed
from domain.processes.funding import withdrawal_compensation as compensation
from domain.processes.funding import withdrawal_references as references
from domain.processes.instructions import LookUp, LookupKind


def decide(withdrawal: Withdrawal, fact: WireFact) -> Decision[Withdrawal]:
    if isinstance(fact, WireCompleted) and withdrawal.wire_completed and not withdrawal.wire_id:
        # Posted when the off-ramp had settled; from now on, another wire is told apart from it.
        return Decision(attrs.evolve(withdrawal, wire_id=fact.provider_id))
    is_waiting = withdrawal.stage is WithdrawalStage.ONRAMP_REQUESTED
    if fact.reference != references.wire(withdrawal) or not is_waiting:
        return Decision(withdrawal)
    match fact:
        case WireAccepted() if withdrawal.wire_id is None:
            accepted = attrs.evolve(withdrawal, wire_id=fact.provider_id)
            lookup = LookUp.into(LookupKind.WIRE, fact.reference, provider_id=fact.provider_id)
            return Decision(accepted, instructions=(lookup,))
        case WireCompleted() if not withdrawal.wire_completed:
            done = attrs.evolve(withdrawal, wire_id=fact.provider_id, wire_completed=True)
            return Decision(done, entries=unposted(withdrawal))
        case WireFailed():
            return compensation.begin(withdrawal, fact.reason)
        case WireAccepted() | WireCompleted():
            return Decision(withdrawal)


def unposted(withdrawal: Withdrawal) -> tuple[Entry, ...]:
    """The entry of the wire, unless it is in the ledger already."""
    if withdrawal.wire_completed:
        return ()
    return (templates.wired_to_offramp(f"{withdrawal.id}:wired", amount=withdrawal.amount),)
