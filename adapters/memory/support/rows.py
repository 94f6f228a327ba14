"""Rows that the in-memory database keeps besides the records."""

from __future__ import annotations

from datetime import datetime

import attrs

from domain.ids import JobId, ProcessId
from domain.ledger.entry import Entry
from ports.jobs import Work, kind_of
from ports.processes import Step


@attrs.frozen(kw_only=True)
class StoredStep:
    """A committed step; ``cause`` is the origin of its fact."""

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
    """A job, changed when it is claimed, postponed, parked or done."""

    id: JobId
    work: Work
    process_id: ProcessId | None
    created_at: datetime
    due_at: datetime
    attempts: int = 0
    tries: int = 0
    parked_at: datetime | None = None
    done_at: datetime | None = None
    last_error: str | None = None
    sent_at: datetime | None = None

    @property
    def kind(self) -> str:
        return kind_of(self.work)
