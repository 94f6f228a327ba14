"""Password resets: requesting the e-mail, and setting a new password with its token."""

from __future__ import annotations

import attrs

from domain.accounts.emails import EmailPurpose
from domain.accounts.investor import Investor, normalized_email
from domain.accounts.password_reset import PasswordReset
from domain.hashing import token_digest
from domain.ids import InvestorId
from domain.processes.accounts import password_resets
from domain.processes.facts.accounts import RESET, PasswordResetCompleted, PasswordSet
from domain.services.accounts.credentials import CredentialService
from domain.services.accounts.email_tokens import EmailTokenService
from domain.services.accounts.investors import InvestorService
from domain.services.commits.processes import ProcessService
from domain.services.commits.races import until_current
from ports.clock import Clock
from ports.ids import Ids
from ports.login_throttle import LoginThrottle
from ports.processes import Versioned


@attrs.frozen
class PasswordResetService:
    """Does not reveal to the caller whether an address has an account."""

    _investors: InvestorService
    _credentials: CredentialService
    _email_tokens: EmailTokenService
    _throttle: LoginThrottle
    _commits: ProcessService
    _clock: Clock
    _ids: Ids

    async def begin(self, email: str) -> str:
        """
        Have an e-mail sent if the address has an account; the same work is done if it has none.

        Returns the normalized address. Raises ``InvalidEmail``.
        """
        address = normalized_email(email)
        known = await self._investors.by_email(address)
        owner = known.record if known and known.record.may_log_in else None
        password_reset = PasswordReset(
            id=self._ids.new(),
            investor_id=owner.investor_id if owner else InvestorId(self._ids.new()),
            epoch=owner.epoch if owner else 0,
            created_at=self._clock.now(),
        )
        await self._commits.commit_together(opened=(password_resets.request(password_reset),))
        return address

    async def complete(self, token: str, *, new_password: str) -> None:
        """
        Set the password, which ends every session and API key and invalidates other password resets.

        Raises ``InvalidEmailToken``, ``WeakPassword``, ``RateLimiterUnavailable`` or ``StaleVersion``.
        """
        await self._require(token)
        becomes = await self._credentials.hash(new_password, field="new_password")
        password = PasswordSet(password_hash=becomes, reason=RESET)

        async def reset() -> None:
            found, owner = await self._require(token)
            # A valid token proves access to the mailbox, so earlier wrong attempts are forgiven.
            await self._throttle.forget(token_digest(owner.record.email))
            await self._commits.commit_together(
                moved=((found, PasswordResetCompleted()), (owner, password))
            )

        await until_current(reset)

    async def _require(self, token: str) -> tuple[Versioned[PasswordReset], Versioned[Investor]]:
        found = await self._email_tokens.require(EmailPurpose.RECOVERY, token, of=PasswordReset)
        owner = await self._investors.get(found.record.investor_id)
        if owner is None or not _is_as_before(owner.record, found.record.epoch):
            raise await self._email_tokens.refused(EmailPurpose.RECOVERY)
        return found, owner


def _is_as_before(owner: Investor, epoch: int) -> bool:
    """Whether nothing that ends sessions has happened since the reset was requested."""
    return owner.may_log_in and owner.epoch == epoch
