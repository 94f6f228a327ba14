"""Which processes have ended: nothing is awaited any more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import get_type_hints

from domain.processes.decision import Process
from domain.processes.kinds import kind_of
from domain.processes.registry import PROCESSES, type_of


def is_terminal(record: Process) -> bool:
    """Whether it has ended; a late report may still fill an order that has."""
    return record.stage in type_of(record).ended


def open_stages() -> Mapping[str, Sequence[str]]:
    """By kind, the stages in which something is still awaited."""
    return {
        kind_of(each.record): [
            stage.value for stage in get_type_hints(each.record)["stage"] if stage not in each.ended
        ]
        for each in PROCESSES
    }
