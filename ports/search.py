"""Finding processes across investors, for people of the house."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

import attrs

from domain.ids import InvestorId, ProcessId
from domain.processes.decision import Process

NAMESAKES_MAX = 20
"""How many processes of one name are looked at: one transaction on chain may hold several transfers."""


@attrs.frozen(kw_only=True)
class Found:
    """A process, when it began and last moved, and the fact that moved it."""

    record: Process
    version: int
    began_at: datetime
    moved_at: datetime
    last_fact: str


class Search(Protocol):
    """Each answer is the newest first, and costs the same however many processes there are."""

    @abstractmethod
    async def in_stages(
        self, stages: Mapping[str, Sequence[str]], *, before: ProcessId | None, limit: int
    ) -> Sequence[Found]:
        """Whatever is in one of these stages by kind, older than ``before``."""

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
        """Those that exist; what is no id is nobody's."""

    @abstractmethod
    async def named(self, namespace: str) -> Sequence[ProcessId]:
        """Some of the processes that have a name in a namespace, at most ``NAMESAKES_MAX``."""
