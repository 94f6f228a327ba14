"""The staff: granting and removing roles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from domain.accounts.investor import Investor, InvestorNotFound, InvestorStage
from domain.accounts.roles import Caller, Role
from domain.accounts.staff import AccountClosed, OwnAccount, Staff
from domain.audit.record import StaffAct
from domain.ids import InvestorId
from domain.processes.accounts import staffing
from domain.processes.decision import Decision, Process
from domain.processes.facts.accounts import RoleGiven, StaffChanged
from domain.processes.facts.fact import Fact
from domain.services.accounts.investors import InvestorService
from domain.services.commits.processes import ProcessService
from domain.services.commits.races import until_current
from ports.ids import Ids
from ports.processes import LookupKeyTaken, Processes, Versioned, of_kind

CLI = "cli"
"""The actor of the command line, the only way to the first administrator."""


@attrs.frozen
class StaffService:
    """
    The role is stored with the investor; the record of the staff changes in the same commit.

    So if two administrators remove each other's role at once, one of them is refused.
    """

    _investors: InvestorService
    _processes: Processes
    _commits: ProcessService
    _ids: Ids

    async def members(self) -> Mapping[InvestorId, Role]:
        staff = await self._staff()
        return staff.record.members if staff else {}

    async def give_role(
        self, investor_id: InvestorId, *, role: Role, by: Caller, reason: str
    ) -> Investor:
        """
        Change the role, which ends every session of that investor.

        Raises ``OwnAccount``, ``InvestorNotFound``, ``AccountClosed`` or ``LastAdministrator``.
        """
        if investor_id == by.investor_id:
            raise OwnAccount
        act = StaffAct(actor=by.investor_id, action="give_role", reason=reason)
        return await self._give(investor_id, role, act, acting=(by.investor_id,))

    async def give_role_from_terminal(self, email: str, *, role: Role, reason: str) -> Investor:
        """Makes the first administrator possible. Raises as ``give_role`` does."""
        known = await self._investors.by_email(email.strip().lower())
        if known is None:
            raise InvestorNotFound
        act = StaffAct(actor=CLI, action="give_role", reason=reason)
        return await self._give(known.record.investor_id, role, act, acting=())

    async def _give(
        self,
        investor_id: InvestorId,
        role: Role,
        act: StaffAct,
        *,
        acting: tuple[InvestorId, ...],
    ) -> Investor:
        async def give() -> None:
            known = await self._investors.get(investor_id)
            if known is None:
                raise InvestorNotFound
            if known.record.stage is InvestorStage.DEACTIVATED:
                raise AccountClosed
            told = attrs.evolve(
                act, subject=investor_id, about=known.record.id, detail={"role": role.value}
            )
            await self._commit(known, role, told, acting)

        await until_current(give, also=(LookupKeyTaken,))
        return (await self._investors.require(investor_id)).record

    async def _commit(
        self,
        known: Versioned[Investor],
        role: Role,
        act: StaffAct,
        acting: tuple[InvestorId, ...],
    ) -> None:
        given = (known, RoleGiven(role=role, reason=act.reason))
        change = StaffChanged(
            investor_id=known.record.investor_id, role=role, by=next(iter(acting), None)
        )
        staff = await self._staff()
        opened: Sequence[Decision[Any]] = ()
        moved: tuple[tuple[Versioned[Process], Fact], ...] = (given,)
        if staff is None:
            opened = (self._founded(change),)
        else:
            moved = (given, (staff, change))
        await self._commits.commit_together(opened=opened, moved=moved, acting=acting, act=act)

    def _founded(self, change: StaffChanged) -> Decision[Staff]:
        nobody = Staff(id=self._ids.new())
        return staffing.found(nobody.with_role(change.investor_id, change.role, by=change.by))

    async def _staff(self) -> Versioned[Staff] | None:
        return of_kind(await self._processes.find(staffing.STAFF), Staff)
