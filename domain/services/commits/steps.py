"""The next step of a process: what was decided, its version, and when its instructions are due."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import attrs

from domain.ledger.entry import Entry
from domain.processes import limit_usage
from domain.processes.decision import Decision, Process
from domain.processes.facts.fact import Fact
from domain.processes.retry_policy import RetryPolicy
from domain.processes.terminal import is_terminal
from ports.processes import Step, Task, Versioned


def step_of(
    found: Versioned[Process] | None,
    decision: Decision[Any],
    fact: Fact,
    *,
    at: datetime,
    retries: RetryPolicy,
) -> Step:
    """``found`` is the process as it was loaded, ``None`` if the step opens it."""
    is_new = found is None or found.version == 0
    return Step(
        record=limit_usage.count(decision.record, at=at),
        version=1 if found is None else found.version + 1,
        fact=fact,
        stage_before=None if is_new or found is None else found.record.stage.value,
        entries=decision.entries,
        tasks=_tasks(decision, retries),
        names=decision.names,
        ends=is_terminal(decision.record),
    )


def with_entries(entries: tuple[Entry, ...], *steps: Step) -> tuple[Step, ...]:
    """The steps; the last one also posts ``entries``."""
    if not entries:
        return steps
    *others, last = steps
    return (*others, attrs.evolve(last, entries=(*last.entries, *entries)))


def is_unchanged(found: Versioned[Process], decision: Decision[Any]) -> bool:
    return (
        found.version > 0
        and decision.record == found.record
        and not decision.entries
        and not decision.instructions
    )


def _tasks(decision: Decision[Any], retries: RetryPolicy) -> tuple[Task, ...]:
    return tuple(
        Task(instruction=instruction, delay_s=retries.before(instruction))
        for instruction in decision.instructions
    )
