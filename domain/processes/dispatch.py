"""One ``decide`` and one ``awaits`` for all kinds of process."""

from __future__ import annotations

from typing import Any

from domain.ids import Reference, process_of
from domain.processes import rulings, supervision
from domain.processes.decision import Decision, Process
from domain.processes.facts.effects import Overdue, Unattended
from domain.processes.facts.fact import Fact
from domain.processes.facts.review import Ruled
from domain.processes.registry import type_of


def decide(record: Process, fact: Fact) -> Decision[Any]:
    """
    What the process becomes. The same record and fact always give the same decision.

    A fact about an effect of another process, or that this kind of process does not take, changes
    nothing.
    """
    about: Reference | None = getattr(fact, "reference", None)
    if about is not None and process_of(about) != record.id:
        return Decision[Any](record)
    if isinstance(fact, Ruled):
        return supervision.attended(record, rulings.rule(record, fact))
    if isinstance(fact, Overdue | Unattended):
        return supervision.decide(record, fact)
    kind = type_of(record)
    if not isinstance(fact, kind.facts):
        return Decision[Any](record)
    decision: Decision[Any] = kind.decide(record, fact)
    return decision


def awaits(record: Process, ref: Reference) -> bool:
    """Whether a fact about the effect ``ref`` would still matter."""
    return type_of(record).awaits(record, ref)


def takes_back(record: Process, fact: Fact) -> bool:
    """Whether such a fact may take back what another one has told; the order of the two matters."""
    return isinstance(fact, type_of(record).takes_back)
