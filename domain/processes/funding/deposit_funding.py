"""Funding the broker account: the firm's dollars are journalled to the investor."""

from __future__ import annotations

import attrs

from domain.funding.deposit import Deposit, DepositStage
from domain.ledger.templates import funding as templates
from domain.processes.decision import Decision
from domain.processes.facts.funding import (
    JournalAccepted,
    JournalExecuted,
    JournalFact,
    JournalRejected,
)
from domain.processes.funding import deposit_references as references
from domain.processes.funding.deposit_attempts import fund_again
from domain.processes.instructions import LookUp, LookupKind

Stage = DepositStage
Outcome = Decision[Deposit]


def decide(deposit: Deposit, fact: JournalFact) -> Outcome:
    current = references.funding(deposit)
    is_waiting = deposit.stage in {Stage.OFFRAMP_SETTLED, Stage.BROKER_FUNDING_REQUESTED}
    if fact.reference != current or not is_waiting:
        return Decision(deposit)
    match fact:
        case JournalAccepted(provider_id=provider_id):
            if deposit.stage is not Stage.OFFRAMP_SETTLED:
                return Decision(deposit)
            requested = attrs.evolve(deposit, stage=Stage.BROKER_FUNDING_REQUESTED)
            lookup = LookUp.into(LookupKind.JOURNAL, current, provider_id=provider_id)
            return Decision(requested, instructions=(lookup,))
        case JournalExecuted():
            return _funded(deposit)
        case JournalRejected(reason=reason):
            return fund_again(deposit, current, reason)


def _funded(deposit: Deposit) -> Outcome:
    if deposit.settlement is None:
        raise AssertionError("a deposit is funded after it has settled")
    entry = templates.buying_power_credited(
        f"{deposit.id}:funded", owner=deposit.investor_id, net=deposit.settlement.delivered
    )
    return Decision(attrs.evolve(deposit, stage=Stage.BROKER_FUNDED), entries=(entry,))
