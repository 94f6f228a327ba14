"""The lines of a process's history. Every store tells the same trail, so the lines are made here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from domain import money_text
from domain.money import Money
from domain.processes.instructions import LookUp, WatchDeadline
from domain.processes.kinds import kind_of
from ports.processes import TrailLine

UNTOLD = (kind_of(LookUp), kind_of(WatchDeadline))
"""Kinds of jobs that do nothing outside and are therefore no effects."""

_ORDER = {"message": 0, "stage": 1, "posting": 2, "effect": 3}


def in_order(lines: Iterable[TrailLine]) -> Sequence[TrailLine]:
    """By time; at one moment the news comes first, then what it changed, booked, ordered."""
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
    """The news, and the new stage if it made one."""
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
