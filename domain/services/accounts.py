"""Registering, and opening an investor's accounts at the providers."""

from __future__ import annotations

import attrs

from domain.accounts.investor import EmailTaken, Investor, normalized_email
from domain.accounts.onboarding import (
    ONBOARDING,
    AlreadyOnboarding,
    Onboarding,
    OnboardingRequired,
    Profile,
)
from domain.ids import InvestorId, ProviderRef
from domain.processes import identity, onboarding
from domain.services.credentials import CredentialService
from domain.services.investors import InvestorService
from domain.services.processes import ProcessService
from ports.clock import Clock
from ports.ids import Ids
from ports.processes import NameTaken, Processes


@attrs.frozen
class AccountService:
    _investors: InvestorService
    _credentials: CredentialService
    _processes: Processes
    _commits: ProcessService
    _clock: Clock
    _ids: Ids

    async def register(self, *, email: str, password: str) -> Investor:
        """Raises ``InvalidEmail``, ``WeakPassword`` or ``EmailTaken``."""
        address = normalized_email(email)
        investor = Investor(
            id=self._ids.new(),
            email=address,
            password_hash=await self._credentials.hash(password, field="password"),
            created_at=self._clock.now(),
        )
        try:
            await self._commits.commit_together(opened=(identity.join(investor),))
        except NameTaken:
            raise EmailTaken(field="email") from None
        return investor

    async def email_of(self, investor_id: InvestorId) -> str:
        return (await self._investors.require(investor_id)).investor.email

    async def onboard(self, investor_id: InvestorId, *, profile: Profile) -> Onboarding:
        """Ask both providers for an account. Raises ``AlreadyOnboarding``."""
        request = Onboarding(id=self._ids.new(), investor_id=investor_id, profile=profile)
        decision = onboarding.submit(request)
        named = attrs.evolve(decision, names=(ProviderRef(ONBOARDING, investor_id),))
        try:
            await self._commits.open(named)
        except NameTaken:
            raise AlreadyOnboarding from None
        return request

    async def onboarding(self, investor_id: InvestorId) -> Onboarding:
        """Raises ``OnboardingRequired`` when there is none."""
        found = await self._processes.find(ProviderRef(ONBOARDING, investor_id))
        if found is None or not isinstance(found.record, Onboarding):
            raise OnboardingRequired
        return found.record
