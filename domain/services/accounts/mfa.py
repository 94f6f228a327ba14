"""Setting up MFA factors, and the step-up with them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import attrs

from domain.accounts.investor import Investor
from domain.accounts.mfa import (
    RECOVERY_CODES,
    STEP_UP_LIFETIME,
    FactorsMissing,
    MfaFactors,
    NoAuthenticatorOffered,
    readable_code,
    readable_passcode,
    recovery_code_of,
    recovery_hash_of,
    require_passcode,
)
from domain.accounts.roles import Caller
from domain.accounts.session import SessionNotFound
from domain.ids import InvestorId, ProcessId
from domain.processes.facts.accounts import (
    AuthenticatorConfirmed,
    AuthenticatorOffered,
    AuthenticatorRemoved,
    CodeUsed,
    PasscodeSet,
    RecoveryCodesRenewed,
    RecoveryCodeUsed,
    SteppedUp,
)
from domain.processes.facts.fact import Fact
from domain.services.accounts.credentials import CredentialService
from domain.services.accounts.investors import InvestorService
from domain.services.commits.processes import ProcessService
from domain.services.commits.races import until_current
from ports.clock import Clock
from ports.identity import OneTimeCodes, Passwords, SecretCipher
from ports.ids import Ids
from ports.processes import Processes, Versioned


@attrs.frozen(kw_only=True)
class TotpEnrollment:
    """A new authenticator's secret, shown only once, and the URI for a QR code."""

    secret: str = attrs.field(repr=False)
    uri: str = attrs.field(repr=False)


@attrs.frozen
class MfaService:
    _investors: InvestorService
    _credentials: CredentialService
    _passwords: Passwords
    _codes: OneTimeCodes
    _cipher: SecretCipher
    _processes: Processes
    _commits: ProcessService
    _clock: Clock
    _ids: Ids

    async def of(self, investor_id: InvestorId) -> MfaFactors:
        return (await self._investors.require(investor_id)).record.factors

    async def set_passcode(self, caller: Caller, *, password: str, passcode: str) -> None:
        """
        Raises ``WeakPasscode``, ``WrongPassword`` or ``TooManyAttempts``.

        If MFA is complete, a step-up is required: otherwise raises ``StepUpRequired``.
        """
        hashed = await self._passwords.hash(require_passcode(passcode))
        await self._require_owner(caller, password)
        await self._learn(caller, PasscodeSet(passcode_hash=self._cipher.seal(hashed)))

    async def offer_authenticator(self, caller: Caller, *, password: str) -> TotpEnrollment:
        """An existing one stays valid until the new one is confirmed. Raises as ``set_passcode`` does."""
        investor = await self._require_owner(caller, password)
        secret = self._codes.new_secret()
        await self._learn(caller, AuthenticatorOffered(secret=self._cipher.seal(secret)))
        return TotpEnrollment(secret=secret, uri=self._codes.uri(secret, account=investor.email))

    async def confirm_authenticator(self, caller: Caller, *, code: str) -> Sequence[str]:
        """
        Returns the recovery codes, which are never shown again.

        Raises ``NotACode``, ``NoAuthenticatorOffered``, ``WrongFactor``, ``TooManyAttempts``,
        ``StaleVersion`` and, if MFA is complete, ``StepUpRequired``.
        """
        code = readable_code(code)
        known = await self._investors.require(caller.investor_id)
        offered = known.record.factors.offered
        if offered is None:
            raise NoAuthenticatorOffered
        if known.record.factors.are_complete:
            caller.require_step_up(at=self._clock.now())

        async def shown() -> int | None:
            return self._codes.step_of(self._cipher.open(offered), code, at=self._clock.now())

        step = await self._credentials.try_factor(known.record, shown)
        codes, hashes = self._recovery_codes()
        fact = AuthenticatorConfirmed(step=step, recovery_hashes=hashes)
        await self._commits.commit_together(moved=((known, fact),))
        return codes

    async def remove_authenticator(self, caller: Caller) -> None:
        await self._learn(caller, AuthenticatorRemoved())

    async def renew_recovery_codes(self, caller: Caller) -> Sequence[str]:
        """The previous codes become invalid. Raises ``FactorsMissing``."""
        if not (await self.of(caller.investor_id)).are_complete:
            raise FactorsMissing
        codes, hashes = self._recovery_codes()
        await self._learn(caller, RecoveryCodesRenewed(recovery_hashes=hashes))
        return codes

    async def step_up(self, caller: Caller, *, passcode: str, code: str) -> datetime:
        """
        Returns when the step-up expires. ``code`` is the authenticator's code or a recovery code.

        Raises ``NotACode``, ``FactorsMissing``, ``WrongFactor``, ``TooManyAttempts``,
        ``SessionRequired`` or ``StaleVersion``.
        """
        passcode, code = readable_passcode(passcode), readable_code(code)

        async def step_up() -> datetime:
            known = await self._investors.require(caller.investor_id)
            used = await self._proof(known.record, passcode, code)
            until = self._clock.now() + STEP_UP_LIFETIME
            await self._commit_proof(caller, known, used, until)
            return until

        return await until_current(step_up)

    async def _proof(self, investor: Investor, passcode: str, code: str) -> Fact:
        """The fact that a correct passcode and code lead to."""
        factors = investor.factors
        passcode_hash = factors.passcode_hash
        if passcode_hash is None or not factors.are_complete:
            raise FactorsMissing

        async def used() -> Fact | None:
            hashed = self._cipher.open(passcode_hash)
            is_right = await self._passwords.matches(passcode, hashed)
            return self._use_of(factors, code) if is_right else None

        return await self._credentials.try_factor(investor, used)

    def _use_of(self, factors: MfaFactors, code: str) -> Fact | None:
        recovery = recovery_hash_of(code)
        if recovery in factors.recovery_hashes:
            return RecoveryCodeUsed(code_hash=recovery)
        known = factors.authenticator
        if known is None:
            return None
        step = self._codes.step_of(self._cipher.open(known.secret), code, at=self._clock.now())
        return CodeUsed(step=step) if step is not None and step > known.last_step else None

    async def _commit_proof(
        self, caller: Caller, known: Versioned[Investor], used: Fact, until: datetime
    ) -> None:
        here = await self._processes.get(caller.session)
        if here is None:
            raise SessionNotFound
        await self._commits.commit_together(moved=((known, used), (here, SteppedUp(until=until))))

    async def _require_owner(self, caller: Caller, password: str) -> Investor:
        """Setting up a factor requires the password and, if MFA is complete, a step-up."""
        investor = (await self._investors.require(caller.investor_id)).record
        if investor.factors.are_complete:
            caller.require_step_up(at=self._clock.now())
        proven = await self._credentials.prove_again(investor, password, field="password")
        return proven.record

    async def _learn(self, caller: Caller, fact: Fact) -> None:
        await self._commits.apply(ProcessId(caller.investor_id), fact)

    def _recovery_codes(self) -> tuple[Sequence[str], tuple[str, ...]]:
        codes = [recovery_code_of(self._ids.secret()) for _ in range(RECOVERY_CODES)]
        return codes, tuple(recovery_hash_of(code) for code in codes)
