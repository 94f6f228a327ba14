"""What one kind of process declares about itself, for code that treats all kinds alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from types import UnionType
from typing import Any, Generic

import attrs

from domain.audit.record import AuditKind
from domain.ids import Reference
from domain.processes.decision import Decision, Process, ProcessT
from domain.processes.facts.fact import Fact


def _awaits_nothing(_: Process, __: Reference) -> bool:
    return False


def _has_no_terms(_: Process) -> Mapping[str, str]:
    return {}


@attrs.frozen(kw_only=True)
class ProcessType(Generic[ProcessT]):
    """
    ``facts`` is the union that ``decide`` takes; no other fact is passed to it.

    ``ended`` are the stages in which nothing is awaited. ``awaits`` says whether a fact about an effect
    would still matter. The audit trail records the process's ``opening`` and its ``changes`` by facts, each
    with the ``terms``: what was asked for, without personal data. ``takes_back`` are the facts that do not
    only go forward: that one of them changes nothing is true only of the record it was decided on.
    """

    record: type[ProcessT]
    facts: UnionType | type[Any]
    decide: Callable[[ProcessT, Any], Decision[ProcessT]]
    awaits: Callable[[ProcessT, Reference], bool] = _awaits_nothing
    ended: frozenset[Enum] = frozenset()
    opening: AuditKind | None = None
    takes_back: tuple[type[Any], ...] = ()
    changes: Mapping[type[Fact], AuditKind] = attrs.field(factory=dict)
    terms: Callable[[ProcessT], Mapping[str, str]] = _has_no_terms
