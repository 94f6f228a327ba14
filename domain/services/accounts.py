"""Registering, and opening an investor's accounts at the providers."""

from __future__ import annotations

import attrs

from domain.accounts.investor import (
    EmailTaken,
    InvalidCredentials,
    Investor,
    normalized_email,
)
from domain.accounts.onboarding import AlreadyOnboarding, Onboarding, OnboardingRequired, Profile
from domain.audit.record import AuditKind
from domain.ids import InvestorId, ProviderRef
from domain.processes import onboarding
from domain.services.auditing import record_of
from domain.services.credentials import CredentialService
from domain.services.processes import ProcessService
from ports.clock import Clock
from ports.ids import Ids
from ports.investors import Investors
from ports.origins import Origins
from ports.processes import NameTaken, Processes, Unit

ONBOARDING = "stack.onboarding"
"""Our own name for the one onboarding of an investor."""


@attrs.frozen
class AccountService:
    _investors: Investors
    _credentials: CredentialService
    _processes: Processes
    _commits: ProcessService
    _clock: Clock
    _ids: Ids
    _origins: Origins

    async def register(self, *, email: str, password: str) -> Investor:
        """Raises ``InvalidEmail``, ``WeakPassword`` or ``EmailTaken``."""
        address = normalized_email(email)
        investor = Investor(
            id=InvestorId(self._ids.new()),
            email=address,
            password_hash=await self._credentials.hash(password, field="password"),
            created_at=self._clock.now(),
        )
        record = record_of(
            AuditKind.REGISTRATION,
            subject=investor.id,
            at=investor.created_at,
            origin=self._origins.current(),
        )
        unit = Unit(at=investor.created_at, investors=(investor,), audit=(record,))
        try:
            await self._processes.commit(unit)
        except EmailTaken:
            raise EmailTaken(field="email") from None
        return investor

    async def email_of(self, investor_id: InvestorId) -> str:
        investor = await self._investors.get(investor_id)
        if investor is None:
            raise InvalidCredentials
        return investor.email

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
