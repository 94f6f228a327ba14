"""
Processes that wait for too long, or that nothing works on.

Every open process has a job that works on it, or it is in review. The stages that wait for us or for a
provider have an age limit, whatever the answers were; then a person takes over.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs

from domain.accounts.onboarding import Onboarding, OnboardingStage
from domain.funding.deposit import Deposit
from domain.funding.withdrawal import Withdrawal
from domain.ids import reference
from domain.processes import rulings
from domain.processes.decision import Decision, Process
from domain.processes.facts.effects import EffectUnknown, LedgerRefused, Overdue, Unattended
from domain.processes.instructions import LookUp
from domain.processes.registry import type_of
from domain.trading.order import Order
from domain.wallets.wallet import Wallet, WalletStage

NOTHING_WORKS = "no job worked on it"


def decide(record: Process, fact: Overdue | Unattended) -> Decision[Any]:
    """A fact about another stage than the process is in changes nothing."""
    if record.stage.value != fact.stage or not isinstance(record, rulings.REVIEWED):
        return Decision[Any](record)
    if rulings.is_reviewable(record) or record.stage in type_of(record).ended:
        return Decision[Any](record)
    if isinstance(fact, Overdue):
        return _to_review(record, fact.reason)
    lookups = lookups_of(record)
    return Decision[Any](record, instructions=lookups) if lookups else _given_up(record)


def attended(record: Process, decision: Decision[Any]) -> Decision[Any]:
    """The decision of a ruling on ``record``, with the look-ups that the process then waits for."""
    if decision.instructions or decision.record == record:
        return decision
    return attrs.evolve(decision, instructions=lookups_of(decision.record))


def lookups_of(record: Process) -> tuple[LookUp, ...]:
    """The look-ups of what an open process waits for; none while it waits for an effect of ours."""
    if rulings.is_reviewable(record) or record.stage in type_of(record).ended:
        return ()
    return tuple(each for each in _questions(record) if type_of(record).awaits(record, each.about))


def _questions(record: Process) -> Sequence[LookUp]:
    """What can be asked, as if the process had stopped here."""
    match record:
        case Deposit():
            return rulings.questions(attrs.evolve(record, paused_stage=record.stage))
        case Withdrawal():
            return rulings.questions(attrs.evolve(record, paused_stage=record.stage))
        case _:
            return rulings.questions(record)


def _to_review(record: Process, reason: str) -> Decision[Any]:
    """An effect that may still be tried is not given up."""
    match record:
        case Deposit() | Withdrawal() | Order():
            refused = LedgerRefused(reference=reference(record.id, "any"), reason=reason)
            stopped: Decision[Any] = type_of(record).decide(record, refused)
            return stopped
        case Wallet():
            return Decision(attrs.evolve(record, stage=WalletStage.MANUAL_REVIEW, reason=reason))
        case Onboarding():
            stage = OnboardingStage.MANUAL_REVIEW
            return Decision(attrs.evolve(record, stage=stage, reason=reason))
        case _:
            return Decision[Any](record)


def _given_up(record: Process) -> Decision[Any]:
    """The effect that the process waits for has no job, so nothing will try it again."""
    for question in _questions(record):
        unknown = EffectUnknown(reference=question.about, reason=NOTHING_WORKS)
        decision: Decision[Any] = type_of(record).decide(record, unknown)
        if decision.record != record:
            return decision
    return _to_review(record, NOTHING_WORKS)
