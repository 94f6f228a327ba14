"""What one kind of process declares of itself, for everything that treats all kinds alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Generic

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
    ``ended`` are the stages in which nothing is awaited and no news can move the process.

    ``awaits`` says whether news of an effect would still matter. Auditors are told of the process's
    ``opening`` and of ``changes`` by facts, each time with the ``terms``: what was asked for, without
    anything that says who somebody is.
    """

    record: type[ProcessT]
    decide: Callable[[ProcessT, Fact], Decision[ProcessT]]
    awaits: Callable[[ProcessT, Reference], bool] = _awaits_nothing
    ended: frozenset[Enum] = frozenset()
    opening: AuditKind | None = None
    changes: Mapping[type[Fact], AuditKind] = attrs.field(factory=dict)
    terms: Callable[[ProcessT], Mapping[str, str]] = _has_no_terms
