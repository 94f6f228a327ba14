"""How people prove who they are: passwords and tokens."""

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
    """Slow on purpose, and never on the event loop."""

    @abstractmethod
    async def hash(self, password: str) -> str: ...

    @abstractmethod
    async def matches(self, password: str, password_hash: str | None) -> bool:
        """Whether they match; takes as long when there is no hash to compare with."""


@attrs.frozen(kw_only=True)
class Claims:
    """Whose token it is, and of which of their sessions."""

    investor_id: InvestorId
    session_id: ProcessId


class Tokens(Protocol):
    """Short-lived proofs of who is calling. Whether the session still lasts is not theirs to know."""

    @abstractmethod
    def issue(self, claims: Claims) -> tuple[str, int]:
        """An access token and the seconds it is good for."""

    @abstractmethod
    def verify(self, token: str) -> Claims:
        """Whose token it is. Raises ``InvalidToken``."""


class OneTimeCodes(Protocol):
    """The codes that an authenticator shows: TOTP (RFC 6238), six digits, every 30 seconds another."""

    @abstractmethod
    def new_secret(self) -> str:
        """A secret for a new authenticator, in the letters that people can type."""

    @abstractmethod
    def uri(self, secret: str, *, account: str) -> str:
        """The ``otpauth:`` address that authenticators read as a picture."""

    @abstractmethod
    def step_of(self, secret: str, code: str, *, at: datetime) -> int | None:
        """The time step whose code it is, of those just before, at and just after ``at``."""


class SecretCipher(Protocol):
    """Keeps texts from whoever reads the database. Its keys are elsewhere, and the newest one seals."""

    @abstractmethod
    def seal(self, text: str) -> str: ...

    @abstractmethod
    def open(self, sealed: str) -> str:
        """The text. Raises ``SealBroken`` for what none of the keys has sealed."""
