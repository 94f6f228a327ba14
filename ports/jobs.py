"""
Work that must happen, kept with the decision that ordered it.

A job is claimed for a while; whoever claimed it and died loses it when the lease is over. It is done
when a unit that names it is committed.
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
"""Due jobs are not counted further than this."""

MESSAGE = "Message"
"""The kind of a job that reads a message; every other has the kind of its instruction."""


def kind_of(work: Instruction | Message) -> str:
    return MESSAGE if isinstance(work, Message) else kinds.kind_of(work)


@attrs.frozen(kw_only=True)
class Job:
    """``attempts`` counts this claim too and was committed before the job was handed out."""

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
        """Due jobs that nobody holds, oldest first; no two claimers get the same one."""

    @abstractmethod
    async def postpone(self, job_id: JobId, *, until: datetime, reason: str) -> None:
        """Give the job back, to be claimed again from ``until`` on."""

    @abstractmethod
    async def next_due(self) -> datetime | None:
        """When the earliest unfinished job is due."""

    @abstractmethod
    async def backlog(self, *, at: datetime) -> int:
        """How many jobs are due and not done; at least so many, where it is ``BACKLOG_MAX``."""
