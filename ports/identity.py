"""How people prove who they are: passwords and tokens."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol

import attrs

from domain.errors import DomainError, Kind
from domain.ids import InvestorId, ProcessId


class InvalidToken(DomainError):
    """The access token is missing, malformed, expired, not ours, or of a session that has ended."""

    code = "ERR_2003"
    kind = Kind.UNAUTHORIZED


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
