"""Which processes are over: nothing is awaited any more, and no news can move them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import get_type_hints

from domain.processes.decision import Process
from domain.processes.kinds import kind_of
from domain.processes.registry import PROCESSES, type_of


def is_terminal(record: Process) -> bool:
    """An order that ended may still be filled by a late report; nobody needs to ask for it, though."""
    return record.stage in type_of(record).ended


def open_stages() -> Mapping[str, Sequence[str]]:
    """By kind, the stages in which something is still awaited."""
    return {
        kind_of(each.record): [
            stage.value for stage in get_type_hints(each.record)["stage"] if stage not in each.ended
        ]
        for each in PROCESSES
    }
