"""
Manual review: where a process stops until a person, or a certain fact, moves it on.

A process in review still takes facts. Only certain ones count, that something did happen or that a journal
never will, and they count as if the process had never stopped; one that moves it on, or makes it act again,
ends the review. Other facts about its effects are recorded for the people who resolve the review: what a
provider has accepted, and which effects nothing will try again.
"""

from __future__ import annotations

from collections.abc import Callable
from types import UnionType
from typing import TypeVar

import attrs

from domain.funding.deposit import Deposit
from domain.funding.withdrawal import Withdrawal
from domain.ids import Reference
from domain.processes.decision import Decision
from domain.processes.facts.effects import EffectLapsed, EffectRefused, EffectUnknown
from domain.processes.facts.fact import Fact
from domain.processes.facts.funding import (
    JournalAccepted,
    PaymentAccepted,
    PaymentFailed,
    WireAccepted,
    WireFailed,
)
from domain.review.given_up import noted

Reviewed = TypeVar("Reviewed", Deposit, Withdrawal)
FactT = TypeVar("FactT", bound=Fact)


def pause(
    record: Reviewed, reason: str, *, about: Reference | None = None, has_failed: bool = False
) -> Decision[Reviewed]:
    """
    Stop, and record in which stage.

    ``about`` is the abandoned effect, if any; with ``has_failed`` it certainly did not happen.
    """
    stage = type(record.stage).MANUAL_REVIEW
    given_up = noted(record.given_up, about, has_failed=has_failed)
    return Decision(
        attrs.evolve(
            record, stage=stage, paused_stage=record.stage, reason=reason, given_up=given_up
        )
    )


def resumed(record: Reviewed) -> Reviewed:
    """The process as if it had not stopped."""
    stage = record.paused_stage or record.stage
    return attrs.evolve(record, stage=stage, paused_stage=None, reason=None, given_up=())


def resume(
    record: Reviewed,
    fact: FactT,
    *,
    decide: Callable[[Reviewed, FactT], Decision[Reviewed]],
    certain: UnionType,
) -> Decision[Reviewed]:
    """The decision of the paused process on ``fact``; entries are posted whether it moves on or not."""
    if record.paused_stage is None:
        return Decision(record)
    paused = attrs.evolve(record, stage=record.paused_stage)
    outcome = decide(paused, fact)
    if outcome.record == paused:
        return Decision(record)
    if not isinstance(fact, certain):
        return _noted(record, fact, outcome)
    if outcome.record.stage is record.stage:
        return outcome
    if outcome.record.stage is paused.stage and not outcome.instructions:
        return attrs.evolve(outcome, record=attrs.evolve(outcome.record, stage=record.stage))
    after = attrs.evolve(outcome.record, paused_stage=None, reason=None, given_up=())
    return attrs.evolve(outcome, record=after)


def _noted(record: Reviewed, fact: Fact, outcome: Decision[Reviewed]) -> Decision[Reviewed]:
    """What is recorded of a fact that is not certain; ``outcome`` is what it would have led to."""
    would_be = outcome.record
    match fact:
        case PaymentAccepted() | WireAccepted() | JournalAccepted():
            known = attrs.evolve(
                would_be, stage=record.stage, paused_stage=would_be.stage, reason=record.reason
            )
            return attrs.evolve(outcome, record=known)
        case EffectUnknown():
            return Decision(attrs.evolve(record, given_up=would_be.given_up))
        case EffectRefused() | EffectLapsed() | PaymentFailed() | WireFailed():
            given_up = noted(record.given_up, fact.reference, has_failed=True)
            return Decision(attrs.evolve(record, given_up=given_up))
        case _:
            return Decision(record)
