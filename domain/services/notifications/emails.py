"""Sends the e-mail that a process requested, if it is still needed."""

from __future__ import annotations

import attrs

from domain.accounts.emails import EmailPurpose
from domain.accounts.password_reset import PasswordReset
from domain.accounts.registration import Registration
from domain.hashing import token_digest
from domain.ids import process_of
from domain.processes.instructions import SendEmail
from domain.services.accounts.investors import InvestorService
from domain.services.notifications.email_templates import EmailTemplates
from domain.wallets.payout_address import PayoutAddress
from ports.clock import Clock
from ports.email_tokens import EmailTokens
from ports.mail import Mail, Mailer
from ports.processes import Processes
from ports.rate_limit import RateLimiter, Rule

HOUR_S = 3600
VERIFICATIONS = Rule(name="letters.verification", limit=10, window_s=HOUR_S)
RECOVERIES = Rule(name="letters.recovery", limit=10, window_s=HOUR_S)
WARNINGS = Rule(name="letters.taken", limit=1, window_s=HOUR_S)
ADDRESSES = Rule(name="letters.payout_address", limit=10, window_s=HOUR_S)
"""How many e-mails one address gets; further ones are not sent."""


@attrs.frozen
class EmailService:
    """
    Which e-mail is sent is decided when it is sent, not when it is requested.

    So a request causes the same work whether or not the address has an account.
    """

    _processes: Processes
    _investors: InvestorService
    _tokens: EmailTokens
    _mailer: Mailer
    _templates: EmailTemplates
    _limiter: RateLimiter
    _clock: Clock

    async def send(self, instruction: SendEmail, *, attempt: int) -> None:
        """Raises ``ProviderError``, and ``RateLimiterUnavailable`` at the first attempt."""
        found = await self._processes.get(process_of(instruction.reference))
        match found.record if found else None:
            case Registration() as registration:
                written = await self._to_newcomer(registration)
            case PasswordReset() as password_reset:
                written = await self._to_forgetful(password_reset)
            case PayoutAddress() as address:
                written = await self._to_owner(address)
            case _:
                raise AssertionError("no e-mail is sent about this kind of process")
        if written is None:
            return
        mail, rule = written
        if attempt > 1 or (await self._limiter.hit(token_digest(mail.to), rule=rule)).allowed:
            await self._mailer.send(mail)

    async def _to_newcomer(self, registration: Registration) -> tuple[Mail, Rule] | None:
        if not registration.is_good(at=self._clock.now()):
            return None
        to = registration.email
        if await self._investors.by_email(to):
            return self._templates.taken(to), WARNINGS
        token = self._tokens.issue(EmailPurpose.VERIFICATION, registration.id)
        mail = self._templates.verification(to, token, asked_at=registration.created_at)
        return mail, VERIFICATIONS

    async def _to_forgetful(self, password_reset: PasswordReset) -> tuple[Mail, Rule] | None:
        known = await self._investors.get(password_reset.investor_id)
        if known is None or not password_reset.is_good(at=self._clock.now()):
            return None
        token = self._tokens.issue(EmailPurpose.RECOVERY, password_reset.id)
        return self._templates.recovery(known.record.email, token), RECOVERIES

    async def _to_owner(self, address: PayoutAddress) -> tuple[Mail, Rule] | None:
        known = await self._investors.get(address.investor_id)
        if known is None:
            return None
        return self._templates.address_saved(known.record.email, address), ADDRESSES
