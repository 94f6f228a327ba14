"""The people who can log in."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol

from domain.accounts.investor import Investor
from domain.errors import DomainError, Kind
from domain.ids import InvestorId


class InvalidToken(DomainError):
    """The access token is missing, malformed, expired or not ours."""

    code = "ERR_2003"
    kind = Kind.UNAUTHORIZED


class Investors(Protocol):
    """Read here; they join through ``Processes.commit``."""

    @abstractmethod
    async def by_email(self, email: str) -> Investor | None: ...

    @abstractmethod
    async def get(self, investor_id: InvestorId) -> Investor | None: ...


class Passwords(Protocol):
    """Slow on purpose, and never on the event loop."""

    @abstractmethod
    async def hash(self, password: str) -> str: ...

    @abstractmethod
    async def matches(self, password: str, password_hash: str | None) -> bool:
        """Whether they match; takes as long when there is no hash to compare with."""


class Tokens(Protocol):
    """Short-lived proofs of who is calling."""

    @abstractmethod
    def issue(self, investor_id: InvestorId) -> tuple[str, int]:
        """An access token and the seconds it is good for."""

    @abstractmethod
    def verify(self, token: str) -> InvestorId:
        """Whose token it is. Raises ``InvalidToken``."""
