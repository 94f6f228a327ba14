"""Investors in memory."""

from __future__ import annotations

from adapters.memory.database import InMemoryDatabase
from domain.accounts.investor import Investor
from domain.ids import InvestorId
from ports.investors import Investors


class InMemoryInvestors(Investors):
    def __init__(self, database: InMemoryDatabase) -> None:
        self._database = database

    async def by_email(self, email: str) -> Investor | None:
        known = self._database.investors.values()
        return next((investor for investor in known if investor.email == email), None)

    async def get(self, investor_id: InvestorId) -> Investor | None:
        return self._database.investors.get(investor_id)
