"""Builds the lines of a process's trail, for every store, so that all return the same trail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from domain import money_text
from domain.money import Money
from domain.processes.instructions import LookUp, WatchDeadline
from domain.processes.kinds import kind_of
from ports.processes import TrailLine

NO_EFFECT = (kind_of(LookUp), kind_of(WatchDeadline))
"""Kinds of jobs that have no effect outside and are left out of the trail."""

_ORDER = {"message": 0, "stage": 1, "posting": 2, "effect": 3}


def in_order(lines: Iterable[TrailLine]) -> Sequence[TrailLine]:
    """By time; within one moment: the message, the change of stage, the postings, the effects."""
    return sorted(lines, key=lambda line: (line.at, _ORDER[line.kind]))


def step_lines(
    *,
    at: datetime,
    version: int,
    fact: str,
    detail: Mapping[str, Any],
    cause: str,
    stage_before: str | None,
    stage_after: str,
) -> Iterable[TrailLine]:
    """The fact, and the new stage if the fact changed it."""
    yield TrailLine(at=at, kind="message", title=fact, detail={"from": cause, **detail})
    if stage_before != stage_after:
        title = f"{stage_before or 'new'} -> {stage_after}"
        yield TrailLine(at=at, kind="stage", title=title, detail={"version": version})


def entry_line(
    *, at: datetime, key: str, template: str, postings: Iterable[tuple[str, str, Money]]
) -> TrailLine:
    """One entry, with its postings as debited account, credited account and amount."""
    lines = [
        {
            "debit": debit,
            "credit": credit,
            **money_text.posted(amount),
        }
        for debit, credit, amount in postings
    ]
    detail = {"key": key, "postings": lines}
    return TrailLine(at=at, kind="posting", title=template, detail=detail)


def effect_line(
    *,
    at: datetime,
    kind: str,
    reference: str,
    attempts: int,
    done_at: datetime | None,
    error: str | None,
) -> TrailLine:
    """One instruction, how often it was tried and whether it is done."""
    return TrailLine(
        at=at,
        kind="effect",
        title=kind,
        detail={
            "reference": reference,
            "attempts": attempts,
            "done": done_at.isoformat() if done_at else None,
            "error": error,
        },
    )
