"""Looks up investors by e-mail address and by id."""

from __future__ import annotations

import attrs

from domain.accounts.investor import InvalidCredentials, Investor
from domain.ids import InvestorId, ProcessId
from domain.processes.accounts import investor_lifecycle
from ports.processes import Processes, Versioned, of_kind


@attrs.frozen
class InvestorService:
    _processes: Processes

    async def by_email(self, address: str) -> Versioned[Investor] | None:
        """``address`` must be normalized; nothing is found for any other text."""
        return of_kind(await self._processes.find(investor_lifecycle.name_of(address)), Investor)

    async def get(self, investor_id: InvestorId) -> Versioned[Investor] | None:
        return of_kind(await self._processes.get(ProcessId(investor_id)), Investor)

    async def require(self, investor_id: InvestorId) -> Versioned[Investor]:
        """Raises ``InvalidCredentials`` when there is no investor with that id."""
        found = await self.get(investor_id)
        if found is None:
            raise InvalidCredentials
        return found
