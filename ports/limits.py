"""The use of investors' limits; only ``Processes.commit`` writes it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Mapping
from typing import Protocol

from domain.ids import InvestorId
from domain.limits import Activity
from domain.money import Money


class LimitUsage(Protocol):
    """Reads what committed units of work have counted."""

    @abstractmethod
    async def used(
        self, investor_id: InvestorId, *, periods: Collection[str]
    ) -> Mapping[tuple[Activity, str], Money]:
        """The dollars used of each activity in each of the periods; a missing key means zero."""
