"""Authentication: passwords, access tokens, one-time codes, and the encryption of secrets."""

from __future__ import annotations

from abc import abstractmethod
from datetime import datetime
from typing import Protocol

import attrs

from domain.errors import DomainError, Kind, Severity
from domain.ids import InvestorId, ProcessId


class InvalidToken(DomainError):
    """The access token is missing, invalid or expired, or its session has ended."""

    code = "ERR_2003"
    slug = "invalid-token"
    kind = Kind.UNAUTHORIZED


class SealBroken(DomainError):
    """A stored secret cannot be decrypted with any of the configured keys."""

    code = "ERR_2110"
    slug = "seal-broken"
    kind = Kind.INTERNAL
    severity = Severity.ERROR


class Passwords(Protocol):
    """Password hashing: slow on purpose, and never on the event loop."""

    @abstractmethod
    async def hash(self, password: str) -> str: ...

    @abstractmethod
    async def matches(self, password: str, password_hash: str | None) -> bool:
        """Whether they match; takes as long when there is no hash to compare."""


@attrs.frozen(kw_only=True)
class Claims:
    """The owner of a token, and the session that it belongs to."""

    investor_id: InvestorId
    session_id: ProcessId


class Tokens(Protocol):
    """Short-lived access tokens. Whether the session is still active is not checked here."""

    @abstractmethod
    def issue(self, claims: Claims) -> tuple[str, int]:
        """An access token, and its lifetime in seconds."""

    @abstractmethod
    def verify(self, token: str) -> Claims:
        """The claims of the token. Raises ``InvalidToken``."""


class OneTimeCodes(Protocol):
    """The codes of an authenticator: TOTP (RFC 6238), six digits, a new code every 30 seconds."""

    @abstractmethod
    def new_secret(self) -> str:
        """A secret for a new authenticator, in characters that people can type."""

    @abstractmethod
    def uri(self, secret: str, *, account: str) -> str:
        """The ``otpauth:`` URI that authenticators scan as a QR code."""

    @abstractmethod
    def step_of(self, secret: str, code: str, *, at: datetime) -> int | None:
        """The time step of the code, if it is that of ``at``, the one before or the one after."""


class SecretCipher(Protocol):
    """Encrypts secrets for the database. The keys are stored elsewhere, and the newest one encrypts."""

    @abstractmethod
    def seal(self, text: str) -> str: ...

    @abstractmethod
    def open(self, sealed: str) -> str:
        """The decrypted text. Raises ``SealBroken`` if no key can decrypt it."""
