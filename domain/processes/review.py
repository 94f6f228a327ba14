"""
Manual review: where a process stops until a person, or better news, takes it up again.

A process in review still listens. Only certain news counts, of something that did happen or of a journal
that did not and never will, and it counts as if the process had never stopped; when that moves it on, or
makes it act again, it is out of review.
"""

from __future__ import annotations

from collections.abc import Callable
from types import UnionType
from typing import TypeVar

import attrs

from domain.funding.deposit import Deposit
from domain.funding.withdrawal import Withdrawal
from domain.processes.decision import Decision
from domain.processes.facts import Fact

Reviewed = TypeVar("Reviewed", Deposit, Withdrawal)


def pause(record: Reviewed, reason: str) -> Decision[Reviewed]:
    """Stop here, and remember where that was."""
    stage = type(record.stage).MANUAL_REVIEW
    return Decision(attrs.evolve(record, stage=stage, paused_at=record.stage, reason=reason))


def resume(
    record: Reviewed,
    fact: Fact,
    *,
    decide: Callable[[Reviewed, Fact], Decision[Reviewed]],
    certain: UnionType,
) -> Decision[Reviewed]:
    """What the paused process makes of ``fact``; what is booked is booked, moved on or not."""
    if record.paused_at is None or not isinstance(fact, certain):
        return Decision(record)
    paused = attrs.evolve(record, stage=record.paused_at)
    outcome = decide(paused, fact)
    if outcome.record == paused:
        return Decision(record)
    if outcome.record.stage is record.stage:
        return outcome
    if outcome.record.stage is paused.stage and not outcome.instructions:
        return attrs.evolve(outcome, record=attrs.evolve(outcome.record, stage=record.stage))
    return attrs.evolve(outcome, record=attrs.evolve(outcome.record, paused_at=None, reason=None))
