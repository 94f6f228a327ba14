"""Registration, and the confirmation of the e-mail address that makes an investor."""

from __future__ import annotations

from functools import partial

import attrs

from domain.accounts.emails import EmailPurpose
from domain.accounts.investor import Investor, normalized_email
from domain.accounts.registration import (
    EMAILS_MAX,
    Registration,
    RegistrationStage,
    claimant,
)
from domain.processes.accounts import investor_lifecycle, registrations
from domain.processes.facts.accounts import EmailConfirmed, EmailResendRequested, EmailTaken
from domain.services.accounts.credentials import CredentialService
from domain.services.accounts.email_tokens import EmailTokenService
from domain.services.commits.processes import ProcessService
from domain.services.commits.races import until_current
from ports.clock import Clock
from ports.ids import Ids
from ports.processes import LookupKeyTaken, Processes, StaleVersion


@attrs.frozen
class RegistrationService:
    """Does not reveal to the caller whether an address has an account."""

    _credentials: CredentialService
    _email_tokens: EmailTokenService
    _processes: Processes
    _commits: ProcessService
    _clock: Clock
    _ids: Ids

    async def register(self, *, email: str, password: str) -> Registration:
        """
        Register; the same work is done whether or not the address has an account.

        Raises ``InvalidEmail`` or ``WeakPassword``.
        """
        address = normalized_email(email)
        registration = Registration(
            id=self._ids.new(),
            email=address,
            password_hash=await self._credentials.hash(password, field="password"),
            created_at=self._clock.now(),
        )
        await self._commits.commit_together(opened=(registrations.request(registration),))
        return registration

    async def send_again(self, email: str) -> str:
        """
        Resend the e-mail of the address's newest registration, if there is one.

        Returns the normalized address. Raises ``InvalidEmail``.
        """
        address = normalized_email(email)
        newest = await self._processes.of_investor(
            claimant(address),
            kind=Registration,
            stage=RegistrationStage.PENDING.value,
            limit=1,
        )
        moved = [(found, fact) for found in newest for fact in self._wanted(found.record)]
        try:
            await self._commits.commit_together(moved=moved)
        except StaleVersion:
            # Another request was made at the same moment, and one e-mail is enough.
            return address
        return address

    async def verify(self, token: str, *, password: str) -> Investor:
        """
        Make the investor, in the commit that ends the registration.

        The token proves who owns the address, the password who registered. With the token alone, following
        the link of someone else's registration would open an account with that person's password.
        Raises ``InvalidEmailToken``, also when another registration took the address meanwhile,
        ``WrongPassword`` and ``StaleVersion``.
        """
        return await until_current(partial(self._join, token, password))

    async def _join(self, token: str, password: str) -> Investor:
        """Raises ``StaleVersion`` also when another registration took the address first."""
        found = await self._email_tokens.require(EmailPurpose.VERIFICATION, token, of=Registration)
        registration = found.record
        await self._credentials.require_chosen(
            password, registration.password_hash, email=registration.email
        )
        investor = Investor(
            id=self._ids.new(),
            email=registration.email,
            password_hash=registration.password_hash,
            created_at=self._clock.now(),
        )
        try:
            await self._commits.commit_together(
                opened=(investor_lifecycle.join(investor),), moved=((found, EmailConfirmed()),)
            )
        except LookupKeyTaken:
            await self._commits.apply(registration.id, EmailTaken())
            raise StaleVersion from None
        return investor

    def _wanted(self, registration: Registration) -> list[EmailResendRequested]:
        if not registration.is_good(at=self._clock.now()):
            return []
        number = registration.letters + 1
        return [EmailResendRequested(number=number)] if number <= EMAILS_MAX else []
