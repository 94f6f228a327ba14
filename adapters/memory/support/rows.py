"""What the in-memory database remembers beside the records themselves."""

from __future__ import annotations

from datetime import datetime

import attrs

from domain.ids import JobId, ProcessId
from domain.ledger.entry import Entry
from domain.processes.instructions import Instruction
from ports.jobs import kind_of
from ports.processes import Message, Step


@attrs.frozen(kw_only=True)
class TakenStep:
    """A step as it was committed; ``cause`` is what brought its fact."""

    step: Step
    at: datetime
    cause: str


@attrs.frozen(kw_only=True)
class PostedEntry:
    entry: Entry
    process_id: ProcessId | None
    at: datetime


@attrs.define(kw_only=True)
class StoredJob:
    """A job; being claimed, postponed and done changes it."""

    id: JobId
    work: Instruction | Message
    process_id: ProcessId | None
    created_at: datetime
    due_at: datetime
    attempts: int = 0
    done_at: datetime | None = None
    last_error: str | None = None

    @property
    def kind(self) -> str:
        return kind_of(self.work)
