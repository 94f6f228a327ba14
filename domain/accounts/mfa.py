"""
MFA: what an investor has in addition to a password: a passcode, an authenticator and recovery codes.

Passcode and code together are the step-up that withdrawals and new credentials require. Access to the
database does not reveal them: the passcode is hashed and encrypted, the authenticator's secret is
encrypted, the recovery codes are hashed.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import timedelta

import attrs

from domain.errors import DomainError, Kind
from domain.hashing import token_digest

STEP_UP_LIFETIME = timedelta(minutes=5)
"""How long a step-up is valid."""

RECOVERY_CODES = 10

_PASSCODE = re.compile(r"[0-9]{6}")
_CODE = re.compile(r"[0-9]{6}|[0-9a-f]{20}")
_RUNS = ("0123456789", "9876543210")


class FactorsMissing(DomainError):
    """Set up a passcode and an authenticator first."""

    code = "ERR_2107"
    slug = "factors-missing"
    kind = Kind.FORBIDDEN


class WrongFactor(DomainError):
    """The passcode or the code is wrong, or the code was already used."""

    code = "ERR_2108"
    slug = "wrong-factor"
    kind = Kind.FORBIDDEN


class NoAuthenticatorOffered(DomainError):
    """There is no authenticator to confirm. Request one first."""

    code = "ERR_2109"
    slug = "no-authenticator-offered"
    kind = Kind.CONFLICT


class NotACode(DomainError):
    """A passcode and an authenticator's code have six digits, a recovery code 20 hexadecimal ones."""

    code = "ERR_4212"
    slug = "not-a-code"
    kind = Kind.VALIDATION


class WeakPasscode(DomainError):
    """A passcode has six digits that are neither all the same nor consecutive."""

    code = "ERR_4210"
    slug = "weak-passcode"
    kind = Kind.VALIDATION


@attrs.frozen(kw_only=True)
class TotpSecret:
    """
    An encrypted TOTP secret (RFC 6238).

    A code is accepted once: ``last_step`` is the time step of the last accepted code.
    """

    secret: str = attrs.field(repr=False)
    last_step: int


@attrs.frozen(kw_only=True)
class MfaFactors:
    """``offered`` is the encrypted secret of an authenticator that is not confirmed yet."""

    passcode_hash: str | None = attrs.field(default=None, repr=False)
    offered: str | None = attrs.field(default=None, repr=False)
    authenticator: TotpSecret | None = None
    recovery_hashes: tuple[str, ...] = attrs.field(default=(), repr=False)

    @property
    def are_complete(self) -> bool:
        """Whether a step-up is possible."""
        return self.passcode_hash is not None and self.authenticator is not None


def as_typed(code: str) -> str:
    """A code without what people and keyboards add: spaces, hyphens, and digits of other scripts."""
    kept = (each for each in code if not each.isspace() and unicodedata.category(each) != "Pd")
    plain = (str(unicodedata.decimal(each, each)) for each in kept)
    return unicodedata.normalize("NFKC", "".join(plain)).lower()


def readable_passcode(text: str) -> str:
    """Raises ``NotACode`` for what cannot be a passcode, which is therefore no guess."""
    passcode = as_typed(text)
    if not _PASSCODE.fullmatch(passcode):
        raise NotACode(field="passcode")
    return passcode


def readable_code(text: str) -> str:
    """Raises ``NotACode`` for what can be neither an authenticator's code nor a recovery code."""
    code = as_typed(text)
    if not _CODE.fullmatch(code):
        raise NotACode(field="code")
    return code


def require_passcode(passcode: str, *, field: str = "passcode") -> str:
    """The passcode in plain digits. Raises ``WeakPasscode``, naming ``field``."""
    passcode = as_typed(passcode)
    is_run = any(passcode in run for run in _RUNS)
    if not _PASSCODE.fullmatch(passcode) or is_run or len(set(passcode)) == 1:
        raise WeakPasscode(field=field)
    return passcode


def recovery_code_of(secret: str) -> str:
    """A code of 80 bits, in groups for easy copying."""
    digits = token_digest(secret)[:20]
    return "-".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def recovery_hash_of(code: str) -> str:
    """The hash under which a recovery code is stored, regardless of spaces, hyphens and case."""
    return token_digest(as_typed(code))
