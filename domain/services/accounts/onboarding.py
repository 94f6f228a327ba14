"""An investor's accounts at the providers."""

from __future__ import annotations

import attrs

from domain.accounts.onboarding import (
    AlreadyOnboarding,
    Onboarding,
    OnboardingRequired,
    Profile,
)
from domain.ids import InvestorId
from domain.processes.accounts import onboarding
from domain.services.accounts.investors import InvestorService
from domain.services.commits.processes import ProcessService
from ports.ids import Ids
from ports.processes import LookupKeyTaken, Processes, Versioned, of_kind


@attrs.frozen
class OnboardingService:
    _investors: InvestorService
    _processes: Processes
    _commits: ProcessService
    _ids: Ids

    async def email_of(self, investor_id: InvestorId) -> str:
        return (await self._investors.require(investor_id)).record.email

    async def onboard(self, investor_id: InvestorId, *, profile: Profile) -> Onboarding:
        """Request an account at both providers. Raises ``AlreadyOnboarding``."""
        request = Onboarding(id=self._ids.new(), investor_id=investor_id, profile=profile)
        try:
            await self._commits.open(onboarding.submit(request))
        except LookupKeyTaken:
            raise AlreadyOnboarding from None
        return request

    async def onboarding(self, investor_id: InvestorId) -> Onboarding:
        """Raises ``OnboardingRequired`` when there is none."""
        return (await self.current(investor_id)).record

    async def current(self, investor_id: InvestorId) -> Versioned[Onboarding]:
        """
        The onboarding at its current version, which must not change before what it permits is committed.

        Raises ``OnboardingRequired`` when there is none.
        """
        found = of_kind(await self._processes.find(onboarding.name_of(investor_id)), Onboarding)
        if found is None:
            raise OnboardingRequired
        return found
