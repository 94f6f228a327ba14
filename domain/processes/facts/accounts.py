"""What happens to investors, their sessions and credentials, and their accounts at the providers."""

from __future__ import annotations

from datetime import datetime

import attrs

from domain.accounts.onboarding import ProviderAccountStatus
from domain.accounts.roles import Role
from domain.ids import InvestorId
from domain.limits import Tier
from domain.processes.facts.effects import DeadlinePassed, EffectRefused, EffectUnknown


@attrs.frozen(kw_only=True)
class BrokerAccountReported:
    """
    The account at the broker exists and has the status ``standing``.

    An event says when it is from by ``event_id``, which sorts by time; a look-up is of now.
    """

    account_id: str
    standing: ProviderAccountStatus
    reason: str | None = None
    event_id: str | None = None


@attrs.frozen(kw_only=True)
class OfframpAccountReported:
    """
    The account at the off-ramp exists and has the status ``standing``.

    At ``action_url`` the investor does what the off-ramp still requires.
    """

    account_id: str
    standing: ProviderAccountStatus
    action_url: str | None = None
    reason: str | None = None


@attrs.frozen(kw_only=True)
class TierAssigned:
    """Staff assigned the investor to another tier of limits."""

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
    """A refresh token that had already been exchanged was presented; ``presented`` is its hash."""

    presented: str


@attrs.frozen(kw_only=True)
class SessionLoggedOut:
    """The investor ended the session in which they made this request."""


@attrs.frozen(kw_only=True)
class SessionRevoked:
    """The session was ended from elsewhere: another session, or staff."""

    reason: str


@attrs.frozen(kw_only=True)
class SessionKept:
    """The session continues in the new ``epoch``, while the investor's other sessions end."""

    epoch: int


RESET = "reset"
"""The ``reason`` of a password that was set with an e-mail token."""


REHASHED = "rehashed"
"""The ``reason`` of a hash that was made anew of the same password."""


@attrs.frozen(kw_only=True)
class PasswordSet:
    """The investor has a new password or hash; ``reason`` is ``None`` if they gave the old password."""

    password_hash: str = attrs.field(repr=False)
    reason: str | None = None


@attrs.frozen(kw_only=True)
class EmailConfirmed:
    """The person registering has proved that the address is theirs."""


@attrs.frozen(kw_only=True)
class EmailTaken:
    """Another registration of the address was confirmed in the meantime."""


@attrs.frozen(kw_only=True)
class EmailResendRequested:
    """Another e-mail was asked for: the ``number``-th in all."""

    number: int


@attrs.frozen(kw_only=True)
class PasswordResetCompleted:
    """The password was set with the token of the e-mail."""


@attrs.frozen(kw_only=True)
class SteppedUp:
    """The investor gave passcode and code in this session; that counts until ``until``."""

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
    """A code of the offered authenticator was given, of time step ``step``."""

    step: int
    recovery_hashes: tuple[str, ...] = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class AuthenticatorRemoved:
    """The investor removed the authenticator, and the recovery codes with it."""


@attrs.frozen(kw_only=True)
class CodeUsed:
    """The code of time step ``step`` was used; codes up to that step are refused from now on."""

    step: int


@attrs.frozen(kw_only=True)
class RecoveryCodeUsed:
    code_hash: str = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class RecoveryCodesRenewed:
    recovery_hashes: tuple[str, ...] = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class AccountFrozen:
    """Staff froze the account: the investor cannot begin anything."""

    reason: str


@attrs.frozen(kw_only=True)
class AccountUnfrozen:
    """Staff lifted the freeze."""

    reason: str


@attrs.frozen(kw_only=True)
class AccountDeactivated:
    """The account was closed."""

    reason: str


@attrs.frozen(kw_only=True)
class RoleGiven:
    """An administrator gave the account another role."""

    role: Role
    reason: str


@attrs.frozen(kw_only=True)
class ApiKeyRevoked:
    """The investor revoked the API key."""


@attrs.frozen(kw_only=True)
class StaffChanged:
    """The investor has another role among the staff, given ``by`` an administrator or by a command."""

    investor_id: InvestorId
    role: Role
    by: InvestorId | None = None


OnboardingFact = (
    BrokerAccountReported | OfframpAccountReported | TierAssigned | EffectRefused | EffectUnknown
)
SessionFact = (
    SessionRefreshed | ReuseDetected | SessionLoggedOut | SessionRevoked | SessionKept | SteppedUp
)
MfaFact = (
    PasscodeSet
    | AuthenticatorOffered
    | AuthenticatorConfirmed
    | AuthenticatorRemoved
    | CodeUsed
    | RecoveryCodeUsed
    | RecoveryCodesRenewed
)
InvestorFact = (
    PasswordSet | RoleGiven | AccountFrozen | AccountUnfrozen | AccountDeactivated | MfaFact
)
RegistrationFact = EmailConfirmed | EmailTaken | EmailResendRequested | DeadlinePassed
PasswordResetFact = PasswordResetCompleted | DeadlinePassed
ApiKeyFact = ApiKeyRevoked | DeadlinePassed
StaffFact = StaffChanged
