"""Finding processes across investors, for staff."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

import attrs

from domain.ids import InvestorId, ProcessId
from domain.processes.decision import Process

NAMESAKES_MAX = 20
"""The most processes of one name that are read: a transaction on chain may hold several transfers."""


@attrs.frozen(kw_only=True)
class Found:
    """A process, when it began and last changed, and the fact that changed it."""

    record: Process
    version: int
    began_at: datetime
    moved_at: datetime
    last_fact: str


class Search(Protocol):
    """Every result is newest first, and its cost does not grow with the number of processes."""

    @abstractmethod
    async def in_stages(
        self, stages: Mapping[str, Sequence[str]], *, before: ProcessId | None, limit: int
    ) -> Sequence[Found]:
        """The processes in one of these stages by kind, older than ``before``."""

    @abstractmethod
    async def of_investor(
        self,
        investor_id: InvestorId,
        *,
        kind: type[Process],
        stage: str | None,
        before: ProcessId | None,
        limit: int,
    ) -> Sequence[Found]:
        """The investor's processes of one kind (in ``stage``), older than ``before``."""

    @abstractmethod
    async def by_id(self, process_ids: Sequence[ProcessId]) -> Sequence[Found]:
        """The processes that exist; a text that is not an id is ignored."""

    @abstractmethod
    async def named(self, namespace: str) -> Sequence[ProcessId]:
        """At most ``NAMESAKES_MAX`` of the processes with a lookup key in the namespace."""
