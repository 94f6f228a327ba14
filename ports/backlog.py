"""
How things stand, in numbers: what an operator watches.

Whatever is counted is counted to a limit, so that asking costs the same however much there is.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

import attrs

COUNT_MAX = 10_000
"""Nothing is counted further than this; a count of so many means "at least"."""


@attrs.frozen(kw_only=True)
class StageCount:
    """How many processes of one kind are in one stage, and when the oldest of them began."""

    kind: str
    stage: str
    count: int
    oldest_at: datetime | None


@attrs.frozen(kw_only=True)
class Backlogged:
    """How many of something wait, and since when the first does."""

    count: int
    oldest_at: datetime | None


class Backlog(Protocol):
    @abstractmethod
    async def by_stage(self, stages: Mapping[str, Sequence[str]]) -> Sequence[StageCount]:
        """The processes in each of these stages by kind; stages without any are counted as 0."""

    @abstractmethod
    async def unsealed(self) -> Backlogged:
        """The audit records that no block holds yet."""

    @abstractmethod
    async def positions(self) -> Mapping[str, datetime]:
        """When the position of each feed last moved."""
