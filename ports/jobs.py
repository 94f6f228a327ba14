"""
Jobs: instructions to carry out and messages to read, stored with the decision that made them.

A job is claimed for the time of a lease; if the claimer dies, the job can be claimed again when the lease
ends. It is done when a unit of work that names it is committed.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import attrs

from domain.ids import JobId
from domain.processes import kinds
from domain.processes.instructions import Instruction
from ports.processes import Message

BACKLOG_MAX = 10_000
"""The highest count of due jobs."""

MESSAGE = "Message"
"""The kind of a job that reads a message; every other job has the kind of its instruction."""


def kind_of(work: Instruction | Message) -> str:
    return MESSAGE if isinstance(work, Message) else kinds.kind_of(work)


@attrs.frozen(kw_only=True)
class Job:
    """``attempts`` includes this claim and was committed before the claim was returned."""

    id: JobId
    work: Instruction | Message
    attempts: int
    created_at: datetime

    @property
    def kind(self) -> str:
        return kind_of(self.work)


class Jobs(Protocol):
    @abstractmethod
    async def claim(self, *, limit: int, lease_s: float, at: datetime) -> Sequence[Job]:
        """Due jobs that are not claimed, oldest first; no two claimers get the same job."""

    @abstractmethod
    async def postpone(self, job_id: JobId, *, until: datetime, reason: str) -> None:
        """Release the job, so that it can be claimed again from ``until`` on."""

    @abstractmethod
    async def next_due(self) -> datetime | None:
        """When the earliest unfinished job is due."""

    @abstractmethod
    async def backlog(self, *, at: datetime) -> int:
        """How many jobs are due and not done; ``BACKLOG_MAX`` means at least that many."""
