"""Checks passwords and MFA factors, throttles attempts, and audits failures."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

import attrs

from domain.accounts.investor import (
    InvalidCredentials,
    Investor,
    WrongPassword,
    normalized_password,
    require_strong,
)
from domain.accounts.mfa import WrongFactor
from domain.audit.record import trace_of
from domain.hashing import token_digest
from domain.processes.facts.accounts import REHASHED, PasswordSet
from domain.services.accounts.failed_authentications import FailedAuthentications
from domain.services.accounts.investors import InvestorService
from domain.services.commits.processes import ProcessService
from ports.identity import Passwords
from ports.login_throttle import LoginThrottle
from ports.processes import StaleVersion, Versioned

Proof = TypeVar("Proof")


@attrs.frozen
class CredentialService:
    _investors: InvestorService
    _passwords: Passwords
    _throttle: LoginThrottle
    _failures: FailedAuthentications
    _commits: ProcessService

    async def prove(self, email: str, password: str) -> Versioned[Investor]:
        """
        The investor with this address and password.

        Raises ``InvalidCredentials``, whichever of the two is wrong and after the same time, and
        ``TooManyAttempts`` after wrong ones, whether or not the address has an account.
        """
        address = email.strip().lower()
        name = token_digest(address)
        await self._throttle.begin(name)
        known = await self._investors.by_email(address)
        known_hash = known.record.password_hash if known and known.record.may_log_in else None
        form = await self._matching_form(password, known_hash)
        if form is None or known is None:
            await self._record_failure(known.record if known else None, address)
            raise InvalidCredentials
        await self._throttle.forget(name)
        if form != normalized_password(password):
            return await self._rehash(known, password)
        return known

    async def prove_again(
        self, investor: Investor, password: str, *, field: str
    ) -> Versioned[Investor]:
        """Check the password of a logged-in investor. Raises ``WrongPassword``, naming ``field``."""
        try:
            return await self.prove(investor.email, password)
        except InvalidCredentials:
            raise WrongPassword(field=field) from None

    async def require_chosen(self, password: str, password_hash: str, *, email: str) -> None:
        """
        Check that the person who confirms ``email`` also chose the password; this is not a log-in.

        Raises ``WrongPassword``.
        """
        if await self._matching_form(password, password_hash) is None:
            await self._record_failure(None, email)
            raise WrongPassword(field="password")

    async def try_factor(
        self, investor: Investor, proof: Callable[[], Awaitable[Proof | None]]
    ) -> Proof:
        """
        The result of ``proof``; failures are counted apart from wrong passwords.

        Raises ``WrongFactor`` when there is none, and ``TooManyAttempts``.
        """
        name = token_digest(f"factor:{investor.id}")
        await self._throttle.begin(name)
        found = await proof()
        if found is None:
            await self._record_failure(investor, investor.email)
            raise WrongFactor
        await self._throttle.forget(name)
        return found

    async def hash(self, password: str, *, field: str) -> str:
        """The hash of a new password. Raises ``WeakPassword``, naming ``field``."""
        return await self._passwords.hash(require_strong(password, field=field))

    async def _matching_form(self, password: str, password_hash: str | None) -> str | None:
        """The form that matches: normalized, or as typed, of which hashes were made in the past."""
        for form in dict.fromkeys((normalized_password(password), password)):
            if await self._passwords.matches(form, password_hash):
                return form
        return None

    async def _rehash(self, known: Versioned[Investor], password: str) -> Versioned[Investor]:
        """Hash the normalized password, so that it can be typed on any device from now on."""
        hashed = await self._passwords.hash(normalized_password(password))
        rehashed = PasswordSet(password_hash=hashed, reason=REHASHED)
        try:
            await self._commits.commit_together(moved=((known, rehashed),))
        except StaleVersion:
            return known  # the next log-in does it
        return await self._investors.require(known.record.investor_id)

    async def _record_failure(self, investor: Investor | None, address: str) -> None:
        if investor:
            await self._failures.record(subject=investor.investor_id)
        else:
            await self._failures.record(email_trace=trace_of(address))
