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
    ConversionOpened,
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
    """The process as if it had not stopped; people know by now what contradicts the books."""
    stage = record.paused_stage or record.stage
    known = tuple(attrs.evolve(each, resolved=True) for each in record.contradictions)
    return attrs.evolve(
        record, stage=stage, paused_stage=None, reason=None, given_up=(), contradictions=known
    )


def is_contradicted(record: Reviewed) -> bool:
    """Whether something contradicts the books that people have not dealt with."""
    return not all(each.resolved for each in record.contradictions)


def acknowledged(
    record: Reviewed, *, decide: Callable[[Reviewed, ConversionOpened], Decision[Reviewed]]
) -> Decision[Reviewed]:
    """
    People have dealt with what contradicts the books; it stays in review if there is more.

    A conversion that was opened meanwhile is paid now; in any other stage that changes nothing.
    """
    if not is_contradicted(record):
        return Decision(record)
    back = resumed(record)
    if record.given_up:
        return Decision(attrs.evolve(record, contradictions=back.contradictions))
    if back.conversion is None:
        return Decision(back)
    return decide(back, ConversionOpened(conversion=back.conversion))


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
    if outcome.record.contradictions != record.contradictions:
        return outcome
    if not isinstance(fact, certain):
        return _noted(record, fact, outcome)
    if outcome.record.stage is record.stage:
        return outcome
    if outcome.record.stage is paused.stage and not outcome.instructions:
        same = attrs.evolve(outcome.record, stage=record.stage, reason=record.reason)
        return attrs.evolve(outcome, record=same)
    if is_contradicted(record):
        return _moved_in_review(record, outcome)
    after = attrs.evolve(outcome.record, paused_stage=None, reason=None, given_up=())
    return attrs.evolve(outcome, record=after)


def _moved_in_review(record: Reviewed, outcome: Decision[Reviewed]) -> Decision[Reviewed]:
    """It continues, but people still have to deal with what contradicts the books."""
    moved = outcome.record
    after = attrs.evolve(
        moved, stage=record.stage, paused_stage=moved.stage, reason=record.reason, given_up=()
    )
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
        case ConversionOpened() if record.conversion is None and would_be.conversion is not None:
            return Decision(attrs.evolve(record, conversion=fact.conversion))
        case ConversionOpened(conversion=new) if would_be.stage is not record.stage:
            if new == record.conversion:
                return Decision(record)
            # It will not be paid, so it will not be carried out.
            given_up = noted(record.given_up, fact.reference, has_failed=True)
            return Decision(attrs.evolve(record, given_up=given_up))
        case EffectUnknown():
            return Decision(attrs.evolve(record, given_up=would_be.given_up))
        case EffectRefused() | EffectLapsed() | PaymentFailed() | WireFailed():
            given_up = noted(record.given_up, fact.reference, has_failed=True)
            return Decision(attrs.evolve(record, given_up=given_up))
        case _:
            return Decision(record)
