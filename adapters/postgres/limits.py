"""Investors' usage of their limits, in PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from adapters.postgres.pool import Pool
from adapters.postgres.queries import QUERIES
from domain.ids import InvestorId
from domain.limits import Activity
from domain.money import USD, Money
from ports.limits import LimitUsage


class PostgresLimitUsage(LimitUsage):
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def used(
        self, investor_id: InvestorId, *, periods: Collection[str]
    ) -> Mapping[tuple[Activity, str], Money]:
        rows = await self._pool.fetch(QUERIES["limit_usage"], investor_id, list(periods))
        return {(Activity(row["activity"]), row["period"]): Money(row["used"], USD) for row in rows}
