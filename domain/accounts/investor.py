"""A person who logs in."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from enum import Enum

import attrs

from domain.accounts.mfa import MfaFactors
from domain.accounts.roles import Role
from domain.errors import DomainError, Kind
from domain.ids import InvestorId, ProcessId

PASSWORD_LENGTH_MIN = 10
PASSWORD_LENGTH_MAX = 200
EMAIL_LENGTH_MAX = 254
_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_EMAIL = re.compile(rf"(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+{_LABEL}")
"""The plain form of RFC 5321: no quotes, comments, second addresses or invisible characters."""


class InvalidCredentials(DomainError):
    """The e-mail address or the password is wrong."""

    code = "ERR_2002"
    slug = "invalid-credentials"
    kind = Kind.UNAUTHORIZED


class InvestorNotFound(DomainError):
    """There is no such investor."""

    code = "ERR_3003"
    slug = "investor-not-found"
    kind = Kind.NOT_FOUND


class WrongPassword(DomainError):
    """The current password is incorrect."""

    code = "ERR_2009"
    slug = "wrong-password"
    kind = Kind.FORBIDDEN


class InvalidEmail(DomainError):
    """The e-mail address is invalid."""

    code = "ERR_4201"
    slug = "invalid-email"
    kind = Kind.VALIDATION


class WeakPassword(DomainError):
    """The password is too short or too long."""

    code = "ERR_4202"
    slug = "weak-password"
    kind = Kind.VALIDATION


class AccountNotActive(DomainError):
    """The account is frozen or closed. Nothing new can be started with it."""

    code = "ERR_2105"
    slug = "account-not-active"
    kind = Kind.FORBIDDEN


class AccountNotEmpty(DomainError):
    """The account still holds money or shares, or some are in transit."""

    code = "ERR_2106"
    slug = "account-not-empty"
    kind = Kind.CONFLICT


class InvestorStage(Enum):
    """A frozen account can read but not act; a deactivated one is permanently closed."""

    ACTIVE = "active"
    FROZEN = "frozen"
    DEACTIVATED = "deactivated"


@attrs.frozen(kw_only=True)
class Investor:
    """
    The identity behind a token. The password is stored only as a hash.

    ``epoch`` counts the changes that end sessions, such as a new password: a session of an earlier epoch
    has ended. ``resets`` counts password resets by e-mail: API keys made before the last one are invalid.
    """

    id: ProcessId
    email: str
    password_hash: str = attrs.field(repr=False)
    created_at: datetime
    stage: InvestorStage = InvestorStage.ACTIVE
    role: Role = Role.USER
    epoch: int = 1
    resets: int = 0
    factors: MfaFactors = MfaFactors()
    reason: str | None = None

    @property
    def investor_id(self) -> InvestorId:
        """The account is its own process."""
        return InvestorId(self.id)

    @property
    def may_log_in(self) -> bool:
        return self.stage is not InvestorStage.DEACTIVATED

    @property
    def acting_role(self) -> Role:
        """The role in effect now: a frozen account has no role of staff."""
        return self.role if self.stage is InvestorStage.ACTIVE else Role.USER


def normalized_email(email: str) -> str:
    """The address in the form in which it is stored and compared. Raises ``InvalidEmail``."""
    candidate = email.strip().lower()
    if len(candidate) > EMAIL_LENGTH_MAX or not _EMAIL.fullmatch(candidate):
        raise InvalidEmail(field="email")
    return candidate


def normalized_password(password: str) -> str:
    """
    The password in the form in which it is hashed (NFKC).

    One device sends an accented character as one code point and another as two (NIST SP 800-63B).
    """
    return unicodedata.normalize("NFKC", password)


def require_strong(password: str, *, field: str = "password") -> str:
    """The normalized password, if its length is allowed. Raises ``WeakPassword``, naming ``field``."""
    password = normalized_password(password)
    if not PASSWORD_LENGTH_MIN <= len(password) <= PASSWORD_LENGTH_MAX:
        raise WeakPassword(
            f"must have {PASSWORD_LENGTH_MIN} to {PASSWORD_LENGTH_MAX} characters", field=field
        )
    return password
