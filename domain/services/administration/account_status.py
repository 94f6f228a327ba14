"""What the house does to an account, and how one is closed."""

from __future__ import annotations

import attrs

from domain.accounts.investor import (
    AccountNotEmpty,
    Investor,
    InvestorNotFound,
    InvestorStage,
)
from domain.accounts.onboarding import ONBOARDING, Onboarding, OnboardingRequired
from domain.accounts.roles import Caller, Role
from domain.accounts.staff import AccountClosed, OwnAccount, StaffAccount
from domain.audit.record import StaffAct
from domain.funding.deposit import Deposit, DepositStage
from domain.ids import InvestorId, LookupKey
from domain.limits import Tier
from domain.processes.facts.accounts import (
    AccountDeactivated,
    AccountFrozen,
    AccountUnfrozen,
    TierAssigned,
)
from domain.processes.facts.fact import Fact
from domain.services.accounts.credentials import CredentialService
from domain.services.accounts.investors import InvestorService
from domain.services.commits.processes import ProcessService
from domain.services.commits.races import until_current
from ports.processes import Processes, Versioned, of_kind

LEFT = "closed by the investor"
COMING = (DepositStage.EXPECTED, DepositStage.DETECTED)
"""A deposit that the books know nothing of yet."""


@attrs.frozen
class AccountStatusService:
    """
    Whoever acts for the house must be active themselves at that moment, and gives a reason.

    Everything raises ``InvestorNotFound``, and ``StaleVersion`` where others keep being faster.
    """

    _investors: InvestorService
    _credentials: CredentialService
    _processes: Processes
    _commits: ProcessService

    async def freeze(self, investor_id: InvestorId, *, by: Caller, reason: str) -> Investor:
        """
        Nothing can be begun with the account until it is unfrozen.

        Raises ``OwnAccount``, ``AccountClosed``, and ``StaffAccount`` where an administrator is needed.
        """
        return await self._act(investor_id, "freeze", AccountFrozen(reason=reason), by, reason)

    async def unfreeze(self, investor_id: InvestorId, *, by: Caller, reason: str) -> Investor:
        """Raises as ``freeze`` does."""
        return await self._act(investor_id, "unfreeze", AccountUnfrozen(reason=reason), by, reason)

    async def close(self, investor_id: InvestorId, *, by: Caller, reason: str) -> Investor:
        """For good. Raises as ``freeze`` does, and ``AccountNotEmpty``."""
        closed = AccountDeactivated(reason=reason)
        return await self._act(investor_id, "close", closed, by, reason, is_emptied=True)

    async def close_own(self, investor_id: InvestorId, *, password: str) -> None:
        """
        The investor closes the account for good.

        Raises ``WrongPassword``, ``TooManyAttempts``, ``StaffAccount``, ``AccountNotEmpty`` or
        ``StaleVersion``.
        """
        owner = (await self._investors.require(investor_id)).record
        proven = await self._credentials.prove_again(owner, password, field="password")
        if proven.record.role is not Role.USER:
            raise StaffAccount("an administrator must remove the role first")
        await self._require_nothing_coming(investor_id)
        await self._commits.commit_together(
            moved=((proven, AccountDeactivated(reason=LEFT)),), emptied=(investor_id,)
        )

    async def assign_tier(
        self, investor_id: InvestorId, *, tier: Tier, by: Caller, reason: str
    ) -> None:
        """Other limits, from now on. Raises ``OwnAccount`` or ``OnboardingRequired``."""
        if investor_id == by.investor_id:
            raise OwnAccount

        async def assign() -> None:
            await self._known(investor_id)
            name = LookupKey(ONBOARDING, investor_id)
            found = of_kind(await self._processes.find(name), Onboarding)
            if found is None:
                raise OnboardingRequired
            act = StaffAct(
                actor=by.investor_id,
                action="assign_tier",
                reason=reason,
                subject=investor_id,
                about=found.record.id,
                detail={"tier": tier.value},
            )
            assigned = TierAssigned(tier=tier, reason=reason)
            await self._commits.commit_together(
                moved=((found, assigned),), acting=(by.investor_id,), act=act
            )

        await until_current(assign)

    async def _act(
        self,
        investor_id: InvestorId,
        action: str,
        fact: Fact,
        by: Caller,
        reason: str,
        *,
        is_emptied: bool = False,
    ) -> Investor:
        async def commit() -> None:
            known = await self._known(investor_id)
            _require_may(by, known.record, closes=is_emptied)
            if is_emptied:
                await self._require_nothing_coming(investor_id)
            act = StaffAct(
                actor=by.investor_id,
                action=action,
                reason=reason,
                subject=investor_id,
                about=known.record.id,
            )
            await self._commits.commit_together(
                moved=((known, fact),),
                acting=(by.investor_id,),
                emptied=(investor_id,) if is_emptied else (),
                act=act,
            )

        await until_current(commit)
        return (await self._known(investor_id)).record

    async def _require_nothing_coming(self, investor_id: InvestorId) -> None:
        """Raises ``AccountNotEmpty``. What is in the books, the commit itself looks for."""
        for stage in COMING:
            if await self._processes.of_investor(
                investor_id, kind=Deposit, stage=stage.value, limit=1
            ):
                raise AccountNotEmpty("a deposit was announced or detected and has not arrived")

    async def _known(self, investor_id: InvestorId) -> Versioned[Investor]:
        known = await self._investors.get(investor_id)
        if known is None:
            raise InvestorNotFound
        return known


def _require_may(by: Caller, investor: Investor, *, closes: bool) -> None:
    """Nobody decides on their own account, only administrators on those of staff, and those stay open."""
    if by.investor_id == investor.investor_id:
        raise OwnAccount
    if investor.stage is InvestorStage.DEACTIVATED:
        raise AccountClosed
    if investor.role is not Role.USER and (closes or by.role is not Role.ADMIN):
        raise StaffAccount
