"""Search for staff: investors, their processes, and processes in review."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from domain.accounts.investor import Investor, InvestorStage
from domain.accounts.roles import Role
from domain.funding.deposit import Deposit, DepositStage
from domain.funding.withdrawal import Withdrawal, WithdrawalStage
from domain.ids import InvestorId, LookupKey, ProcessId, Reference, namespace_on_chain, process_of
from domain.processes import rulings
from domain.processes.accounts import investor_lifecycle
from domain.processes.decision import Process
from domain.processes.funding.deposit_arrival import TRANSACTION
from domain.processes.kinds import kind_of
from domain.services.administration.staff import StaffService
from domain.trading.order import Order, OrderStage
from ports.processes import Processes
from ports.search import Found, Search

Stage = DepositStage | WithdrawalStage | OrderStage | InvestorStage
STAGES: dict[type[Process], type[Stage]] = {
    Deposit: DepositStage,
    Withdrawal: WithdrawalStage,
    Order: OrderStage,
    Investor: InvestorStage,
}


@attrs.frozen(kw_only=True)
class Wanted:
    """
    A filter for processes of one kind: by ``stage``, investor or ``reference``.

    ``reference`` is an id, one of our references, the custodian's id of an inbound transfer, or the hash of
    a transaction on chain.
    """

    kind: type[Process]
    stage: str | None = None
    investor_id: InvestorId | None = None
    reference: str | None = None


@attrs.frozen
class SearchService:
    _search: Search
    _processes: Processes
    _staff: StaffService

    async def processes(
        self, wanted: Wanted, *, before: ProcessId | None, limit: int
    ) -> Sequence[Found]:
        """Newest first, older than ``before``."""
        if wanted.reference is not None:
            return _fitting(await self._known_by(wanted.reference), wanted, before)[:limit]
        if wanted.investor_id is not None:
            return await self._search.of_investor(
                wanted.investor_id,
                kind=wanted.kind,
                stage=wanted.stage,
                before=before,
                limit=limit,
            )
        stages = [wanted.stage] if wanted.stage else [each.value for each in STAGES[wanted.kind]]
        return await self._search.in_stages(
            {kind_of(wanted.kind): stages}, before=before, limit=limit
        )

    async def investors(
        self,
        *,
        email: str | None,
        stage: InvestorStage | None,
        role: Role | None,
        before: ProcessId | None,
        limit: int,
    ) -> Sequence[Found]:
        """By exact address, by role of staff, or by stage."""
        wanted = Wanted(kind=Investor, stage=stage.value if stage else None)
        if email is not None:
            known = await self._processes.find(investor_lifecycle.name_of(email.strip().lower()))
            ids = [known.record.id] if known else []
        elif role is not None:
            members = await self._staff.members()
            ids = [ProcessId(who) for who, has in members.items() if has is role]
        else:
            return await self.processes(wanted, before=before, limit=limit)
        found = _fitting(await self._search.by_id(ids), wanted, before)
        return [each for each in found if role in {None, _role(each)}][:limit]

    async def in_review(self, *, before: ProcessId | None, limit: int) -> Sequence[Found]:
        """The processes of every kind in manual review."""
        stages = {kind_of(kind): [rulings.IN_REVIEW] for kind in rulings.REVIEWED}
        return await self._search.in_stages(stages, before=before, limit=limit)

    async def one(self, process_id: ProcessId) -> Found | None:
        return next(iter(await self._search.by_id([process_id])), None)

    async def _known_by(self, text: str) -> Sequence[Found]:
        ids = [process_of(Reference(text))]
        if arrival := await self._processes.find(LookupKey(TRANSACTION, text)):
            ids.append(arrival.record.id)
        ids += await self._search.named(namespace_on_chain(text))
        return await self._search.by_id(ids)


def _fitting(found: Sequence[Found], wanted: Wanted, before: ProcessId | None) -> Sequence[Found]:
    return [
        each
        for each in found
        if type(each.record) is wanted.kind
        and wanted.stage in {None, each.record.stage.value}
        and wanted.investor_id in {None, each.record.investor_id}
        and (before is None or each.record.id < before)
    ]


def _role(found: Found) -> Role | None:
    return found.record.role if isinstance(found.record, Investor) else None
