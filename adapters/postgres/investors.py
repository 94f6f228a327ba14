"""Investors in PostgreSQL."""

from __future__ import annotations

import asyncpg

from adapters.postgres.pool import Pool
from adapters.postgres.queries import QUERIES
from domain.accounts.investor import Investor
from domain.ids import InvestorId
from ports.investors import Investors


class PostgresInvestors(Investors):
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def by_email(self, email: str) -> Investor | None:
        try:
            return _investor(await self._pool.fetchrow(QUERIES["investor_by_email"], email))
        except asyncpg.DataError:
            return None  # what no column can hold is nobody's address

    async def get(self, investor_id: InvestorId) -> Investor | None:
        return _investor(await self._pool.fetchrow(QUERIES["investor_by_id"], investor_id))


def _investor(row: asyncpg.Record | None) -> Investor | None:
    if row is None:
        return None
    return Investor(
        id=InvestorId(row["id"]),
        email=row["email"],
        password_hash=row["password_hash"],
        created_at=row["created_at"],
    )
