"""Account status: freezing, unfreezing and closing accounts, and assigning tiers."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from domain.accounts.investor import (
    AccountNotEmpty,
    Investor,
    InvestorNotFound,
    InvestorStage,
)
from domain.accounts.onboarding import Onboarding, OnboardingRequired
from domain.accounts.roles import Caller, Role
from domain.accounts.staff import AccountClosed, OwnAccount, StaffAccount
from domain.audit.record import StaffAct
from domain.funding.deposit import Deposit, DepositStage
from domain.ids import InvestorId
from domain.limits import Tier
from domain.money import Money
from domain.processes.accounts import onboarding
from domain.processes.facts.accounts import (
    AccountDeactivated,
    AccountFrozen,
    AccountUnfrozen,
    TierAssigned,
)
from domain.processes.facts.fact import Fact
from domain.services.accounts.credentials import CredentialService
from domain.services.accounts.investors import InvestorService
from domain.services.administration.residuals import Residuals, ResidualService
from domain.services.commits.processes import ProcessService
from domain.services.commits.races import until_current
from ports.processes import Processes, Versioned, of_kind

LEFT = "closed by the investor"
COMING = DepositStage.DETECTED
"""The stage of USDC that is on chain and not in the ledger yet. An announcement is no money."""


@attrs.frozen
class AccountStatusService:
    """
    The acting member of staff must be active at the moment of the commit, and must give a reason.

    Every method raises ``InvestorNotFound``, and ``StaleVersion`` when concurrent changes persist.
    """

    _investors: InvestorService
    _credentials: CredentialService
    _processes: Processes
    _commits: ProcessService
    _residuals: ResidualService

    async def freeze(self, investor_id: InvestorId, *, by: Caller, reason: str) -> Investor:
        """
        Nothing new can be started with the account until it is unfrozen.

        Raises ``OwnAccount``, ``AccountClosed``, and ``StaffAccount`` if an administrator is required.
        """
        return await self._act(investor_id, "freeze", AccountFrozen(reason=reason), by, reason)

    async def unfreeze(self, investor_id: InvestorId, *, by: Caller, reason: str) -> Investor:
        """Raises as ``freeze`` does."""
        return await self._act(investor_id, "unfreeze", AccountUnfrozen(reason=reason), by, reason)

    async def close(self, investor_id: InvestorId, *, by: Caller, reason: str) -> Investor:
        """
        Close the account permanently; what is too little to be moved becomes the firm's.

        Raises as ``freeze`` does, and ``AccountNotEmpty``.
        """
        closed = AccountDeactivated(reason=reason)
        return await self._act(investor_id, "close", closed, by, reason, is_emptied=True)

    async def close_own(self, investor_id: InvestorId, *, password: str) -> Sequence[Money]:
        """
        The investor closes the account permanently.

        Returns what was left in it, too little to be moved, which becomes the firm's. Raises
        ``WrongPassword``, ``TooManyAttempts``, ``StaffAccount``, ``AccountNotEmpty`` or ``StaleVersion``.
        """
        owner = (await self._investors.require(investor_id)).record
        proven = await self._credentials.prove_again(owner, password, field="password")
        if proven.record.role is not Role.USER:
            raise StaffAccount("an administrator must remove the role first")
        await self._require_nothing_coming(investor_id)
        residuals = await self._residuals.of(investor_id)
        await self._commits.commit_together(
            moved=((proven, AccountDeactivated(reason=LEFT)),),
            emptied=(investor_id,),
            entries=residuals.entries,
        )
        return residuals.amounts

    async def assign_tier(
        self, investor_id: InvestorId, *, tier: Tier, by: Caller, reason: str
    ) -> None:
        """Assign the limits of a tier from now on. Raises ``OwnAccount`` or ``OnboardingRequired``."""
        if investor_id == by.investor_id:
            raise OwnAccount

        async def assign() -> None:
            await self._known(investor_id)
            name = onboarding.name_of(investor_id)
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
            residuals = Residuals(owner=investor_id)
            if is_emptied:
                await self._require_nothing_coming(investor_id)
                residuals = await self._residuals.of(investor_id)
            act = StaffAct(
                actor=by.investor_id,
                action=action,
                reason=reason,
                subject=investor_id,
                about=known.record.id,
                detail=residuals.shown,
            )
            await self._commits.commit_together(
                moved=((known, fact),),
                acting=(by.investor_id,),
                emptied=(investor_id,) if is_emptied else (),
                act=act,
                entries=residuals.entries,
            )

        await until_current(commit)
        return (await self._known(investor_id)).record

    async def _require_nothing_coming(self, investor_id: InvestorId) -> None:
        """Raises ``AccountNotEmpty``. The commit itself checks the balances in the ledger."""
        if await self._processes.of_investor(
            investor_id, kind=Deposit, stage=COMING.value, limit=1
        ):
            raise AccountNotEmpty("a deposit was detected and is not final yet")

    async def _known(self, investor_id: InvestorId) -> Versioned[Investor]:
        known = await self._investors.get(investor_id)
        if known is None:
            raise InvestorNotFound
        return known


def _require_may(by: Caller, investor: Investor, *, closes: bool) -> None:
    """Not on one's own account; on accounts of staff only administrators, and those cannot be closed."""
    if by.investor_id == investor.investor_id:
        raise OwnAccount
    if investor.stage is InvestorStage.DEACTIVATED:
        raise AccountClosed
    if investor.role is not Role.USER and (closes or by.role is not Role.ADMIN):
        raise StaffAccount
