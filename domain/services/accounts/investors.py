"""Looks investors up: by their address, which logs them in, and by their id."""

from __future__ import annotations

import attrs

from domain.accounts.investor import InvalidCredentials, Investor, InvestorStage
from domain.ids import InvestorId, ProcessId
from domain.processes.accounts import investor_lifecycle
from ports.processes import Processes, Versioned


@attrs.frozen
class Known:
    """An investor as they were read; ``version`` makes whoever acts on an older one stale."""

    investor: Investor
    version: int

    @property
    def may_log_in(self) -> bool:
        return self.investor.stage is not InvestorStage.DEACTIVATED

    def as_loaded(self) -> Versioned:
        return Versioned(self.investor, self.version)


@attrs.frozen
class InvestorService:
    _processes: Processes

    async def by_email(self, address: str) -> Known | None:
        """``address`` is a normalized one; anything else is nobody's."""
        return known(await self._processes.find(investor_lifecycle.name_of(address)))

    async def get(self, investor_id: InvestorId) -> Known | None:
        return known(await self._processes.get(ProcessId(investor_id)))

    async def require(self, investor_id: InvestorId) -> Known:
        """Raises ``InvalidCredentials`` when there is nobody of that id."""
        found = await self.get(investor_id)
        if found is None:
            raise InvalidCredentials
        return found


def known(found: Versioned | None) -> Known | None:
    """What was found, if it is an investor."""
    if found is None or not isinstance(found.record, Investor):
        return None
    return Known(found.record, found.version)
