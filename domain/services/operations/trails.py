"""The money trail: the history of one deposit, withdrawal or order."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from domain.errors import DomainError, Kind
from domain.funding.deposit import Deposit
from domain.funding.withdrawal import Withdrawal
from domain.ids import InvestorId, ProcessId
from domain.processes.decision import Process
from domain.trading.order import Order
from ports.processes import Processes, TrailLine


class TrailNotFound(DomainError):
    """There is no such deposit, withdrawal or order."""

    code = "ERR_3001"
    slug = "trail-not-found"
    kind = Kind.NOT_FOUND


@attrs.frozen
class TrailService:
    _processes: Processes

    async def trail(
        self, process_id: ProcessId, *, investor_id: InvestorId | None
    ) -> tuple[Process, Sequence[TrailLine]]:
        """
        The process and its history, oldest first. ``investor_id`` is ``None`` for staff.

        Raises ``TrailNotFound``, also for a process of another investor.
        """
        found = await self._processes.get(process_id)
        if found is None or investor_id not in {None, found.record.investor_id}:
            raise TrailNotFound
        if investor_id and not isinstance(found.record, Deposit | Withdrawal | Order):
            raise TrailNotFound
        return found.record, await self._processes.trail(process_id)
