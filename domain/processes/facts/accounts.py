"""What happens to investors, their sessions, credentials and accounts at the providers."""

from __future__ import annotations

from datetime import datetime

import attrs

from domain.accounts.onboarding import ProviderAccountStatus
from domain.accounts.roles import Role
from domain.ids import InvestorId
from domain.limits import Tier


@attrs.frozen(kw_only=True)
class BrokerAccountReported:
    """The broker's account exists and stands like this."""

    account_id: str
    standing: ProviderAccountStatus
    reason: str | None = None


@attrs.frozen(kw_only=True)
class OfframpAccountReported:
    """The off-ramp's account exists and stands like this; ``action_url`` is where the investor goes on."""

    account_id: str
    standing: ProviderAccountStatus
    action_url: str | None = None
    reason: str | None = None


@attrs.frozen(kw_only=True)
class TierAssigned:
    """Somebody of the house gave the investor other limits."""

    tier: Tier
    reason: str


@attrs.frozen(kw_only=True)
class SessionRefreshed:
    """The refresh token with the hash ``presented`` was exchanged for one with the hash ``successor``."""

    presented: str
    successor: str
    at: datetime


@attrs.frozen(kw_only=True)
class ReuseDetected:
    """A refresh token, of which this is the hash, was shown that had been exchanged before."""

    presented: str


@attrs.frozen(kw_only=True)
class SessionLoggedOut:
    """The investor ended the session that they were in."""


@attrs.frozen(kw_only=True)
class SessionRevoked:
    """Somebody ended a session from outside."""

    reason: str


@attrs.frozen(kw_only=True)
class SessionKept:
    """A session goes on although the investor's other ones have ended, in the new ``epoch``."""

    epoch: int


RESET = "reset"


"""Why a password is another that was set by letter."""


@attrs.frozen(kw_only=True)
class PasswordSet:
    """The investor's password is another; ``reason`` says why, unless they knew the one before."""

    password_hash: str = attrs.field(repr=False)
    reason: str | None = None


@attrs.frozen(kw_only=True)
class EmailConfirmed:
    """Whoever registered has shown that the address is theirs."""


@attrs.frozen(kw_only=True)
class EmailTaken:
    """Somebody else has become the investor of the address meanwhile."""


@attrs.frozen(kw_only=True)
class EmailResendRequested:
    """The letter should go out again: this is the ``number``-th."""

    number: int


@attrs.frozen(kw_only=True)
class PasswordResetCompleted:
    """Whoever forgot the password has set another."""


@attrs.frozen(kw_only=True)
class SteppedUp:
    """In this session the investor has just proven who they are."""

    until: datetime


@attrs.frozen(kw_only=True)
class PasscodeSet:
    passcode_hash: str = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class AuthenticatorOffered:
    """The investor was shown the secret of a new authenticator."""

    secret: str = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class AuthenticatorConfirmed:
    """The authenticator that was offered showed a code, of time step ``step``."""

    step: int
    recovery_hashes: tuple[str, ...] = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class AuthenticatorRemoved:
    """The investor gave the authenticator up, and the recovery codes with it."""


@attrs.frozen(kw_only=True)
class CodeUsed:
    """The authenticator's code of time step ``step`` was shown; no code up to it counts again."""

    step: int


@attrs.frozen(kw_only=True)
class RecoveryCodeUsed:
    code_hash: str = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class RecoveryCodesRenewed:
    recovery_hashes: tuple[str, ...] = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class AccountFrozen:
    """Somebody of the house stopped whatever the investor might begin."""

    reason: str


@attrs.frozen(kw_only=True)
class AccountUnfrozen:
    """Somebody of the house let the investor act again."""

    reason: str


@attrs.frozen(kw_only=True)
class AccountDeactivated:
    """The account was closed."""

    reason: str


@attrs.frozen(kw_only=True)
class RoleGiven:
    """Somebody of the house gave the account another role."""

    role: Role
    reason: str


@attrs.frozen(kw_only=True)
class ApiKeyRevoked:
    """The investor took an API key back."""


@attrs.frozen(kw_only=True)
class StaffChanged:
    """An investor has another role in the house, ``by`` an administrator or, ``None``, the terminal."""

    investor_id: InvestorId
    role: Role
    by: InvestorId | None = None
