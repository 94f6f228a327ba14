"""Registering, logging in, and opening an investor's accounts at the providers."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from domain.accounts.investor import (
    EmailTaken,
    InvalidCredentials,
    Investor,
    normalized_email,
    require_strong,
)
from domain.accounts.onboarding import AlreadyOnboarding, Onboarding, OnboardingRequired, Profile
from domain.audit.record import ANONYMOUS, AuditKind, AuditRecord, trace_of
from domain.ids import InvestorId, ProviderRef
from domain.processes import onboarding
from domain.services.processes import ProcessService
from ports.clock import Clock
from ports.ids import Ids
from ports.investors import Investors, Passwords, Tokens
from ports.origins import Origins
from ports.processes import NameTaken, Processes, Unit

ONBOARDING = "stack.onboarding"
"""Our own name for the one onboarding of an investor."""


@attrs.frozen(kw_only=True)
class Session:
    """What a caller shows to be let in."""

    access_token: str
    expires_in_s: int


@attrs.frozen
class AccountService:
    _investors: Investors
    _passwords: Passwords
    _tokens: Tokens
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
            password_hash=await self._passwords.hash(require_strong(password)),
            created_at=self._clock.now(),
        )
        try:
            await self._record(AuditKind.REGISTRATION, investor.id, joining=(investor,))
        except EmailTaken:
            raise EmailTaken(field="email") from None
        return investor

    async def log_in(self, *, email: str, password: str) -> Session:
        """Raises ``InvalidCredentials``, whichever of the two is wrong, after the same time."""
        address = email.strip().lower()
        investor = await self._investors.by_email(address)
        known_hash = investor.password_hash if investor else None
        if not await self._passwords.matches(password, known_hash) or investor is None:
            tried = {} if investor else {"email_trace": trace_of(address)}
            subject = investor.id if investor else None
            await self._record(
                AuditKind.FAILED_AUTHENTICATION, subject, actor=ANONYMOUS, detail=tried
            )
            raise InvalidCredentials
        await self._record(AuditKind.LOGIN, investor.id)
        token, expires_in_s = self._tokens.issue(investor.id)
        return Session(access_token=token, expires_in_s=expires_in_s)

    async def caller(self, access_token: str) -> InvestorId:
        """Whose token it is. Raises ``InvalidToken``."""
        return self._tokens.verify(access_token)

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

    async def _record(
        self,
        kind: AuditKind,
        subject: InvestorId | None,
        *,
        actor: str | None = None,
        detail: Mapping[str, str] | None = None,
        joining: tuple[Investor, ...] = (),
    ) -> None:
        """Commit what auditors are to know, with whoever joins by it. Without that there is no act."""
        origin, at = self._origins.current(), self._clock.now()
        record = AuditRecord(
            at=at,
            kind=kind,
            subject=subject,
            actor=actor or subject or ANONYMOUS,
            request_id=origin.request_id,
            ip=origin.ip,
            detail=detail or {},
        )
        await self._processes.commit(Unit(at=at, investors=joining, audit=(record,)))
