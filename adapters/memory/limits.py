"""Investors' usage of their limits, in memory."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from adapters.memory.database import InMemoryDatabase
from domain.ids import InvestorId
from domain.limits import Activity
from domain.money import Money
from ports.limits import LimitUsage


class InMemoryLimitUsage(LimitUsage):
    def __init__(self, database: InMemoryDatabase) -> None:
        self._database = database

    async def used(
        self, investor_id: InvestorId, *, periods: Collection[str]
    ) -> Mapping[tuple[Activity, str], Money]:
        return self._database.usage.used(investor_id, periods)
