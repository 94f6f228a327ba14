"""
Counts for operators: how many jobs, processes and records wait, and for how long.

Everything is counted up to a limit, so that the cost does not grow with the data.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

import attrs

from domain.ids import ProcessId

SCANNED_MAX = 10_000
"""The processes of one stage that are looked at."""

COUNT_MAX = 10_000
"""The highest count; this value means "at least"."""


@attrs.frozen(kw_only=True)
class StageCount:
    """The number of processes of one kind in one stage, and when the oldest of them began."""

    kind: str
    stage: str
    count: int
    oldest_at: datetime | None


@attrs.frozen(kw_only=True)
class Backlogged:
    """How many items wait, and since when the oldest does."""

    count: int
    oldest_at: datetime | None


@attrs.frozen(kw_only=True)
class Waiting:
    """A process that is in a stage."""

    id: ProcessId
    kind: str
    stage: str


class Backlog(Protocol):
    @abstractmethod
    async def by_stage(self, stages: Mapping[str, Sequence[str]]) -> Sequence[StageCount]:
        """The counts for each of these stages by kind; a stage without processes has the count 0."""

    @abstractmethod
    async def overdue(
        self, limits_s: Mapping[tuple[str, str], int], *, at: datetime, limit: int
    ) -> Sequence[Waiting]:
        """
        Processes that have been in their stage for longer than its limit, by kind and stage.

        Of each stage the ``SCANNED_MAX`` oldest processes are looked at; at most ``limit`` are returned.
        """

    @abstractmethod
    async def unattended(
        self, stages: Sequence[tuple[str, str]], *, before: datetime, limit: int
    ) -> Sequence[Waiting]:
        """
        Processes in these stages, by kind, without a job that is neither done nor parked.

        Their last step was ``before`` that. As many are looked at and returned as by ``overdue``.
        """

    @abstractmethod
    async def unsealed(self) -> Backlogged:
        """The audit records that are in no block yet."""

    @abstractmethod
    async def positions(self) -> Mapping[str, datetime]:
        """When the position of each feed last changed."""
