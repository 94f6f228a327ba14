"""What callers may do: people by their role, API keys by their scopes, sessions by a fresh proof."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

import attrs

from domain.errors import DomainError, Kind
from domain.ids import InvestorId, ProcessId


class RoleRequired(DomainError):
    """The caller's role does not allow this."""

    code = "ERR_2101"
    slug = "role-required"
    kind = Kind.FORBIDDEN


class ScopeMissing(DomainError):
    """The API key does not have the required scope."""

    code = "ERR_2102"
    slug = "scope-missing"
    kind = Kind.FORBIDDEN


class StepUpRequired(DomainError):
    """A recent step-up is required. Step up with passcode and code, then repeat the request."""

    code = "ERR_2103"
    slug = "step-up-required"
    kind = Kind.FORBIDDEN


class SessionRequired(DomainError):
    """The access token of a session is required. An API key is not accepted."""

    code = "ERR_2104"
    slug = "session-required"
    kind = Kind.FORBIDDEN


class Role(Enum):
    """Staff see more than investors; an administrator also decides."""

    USER = "user"
    SUPPORT = "support"
    ADMIN = "admin"

    def covers(self, needed: Role) -> bool:
        """Whether whoever has this role may do what ``needed`` may."""
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(needed)


class Scope(Enum):
    """What an API key may be given; a person who has logged in has them all."""

    READ = "read"
    DEPOSIT = "deposit"
    TRADE = "trade"
    WITHDRAW = "withdraw"


@attrs.frozen(kw_only=True)
class Caller:
    """
    Who is calling, as far as it was proven.

    ``session_id`` is ``None`` for an API key. ``stepped_up_until`` is how long the session counts as
    freshly proven; ``None`` if it never was.
    """

    investor_id: InvestorId
    session_id: ProcessId | None = None
    key_id: ProcessId | None = None
    role: Role = Role.USER
    scopes: frozenset[Scope] = frozenset(Scope)
    stepped_up_until: datetime | None = None

    @property
    def session(self) -> ProcessId:
        """The session that they are in. Raises ``SessionRequired``."""
        if self.session_id is None:
            raise SessionRequired
        return self.session_id

    def require_scope(self, scope: Scope) -> None:
        """Raises ``ScopeMissing``."""
        if scope not in self.scopes:
            raise ScopeMissing(f"the API key does not have the scope {scope.value}")

    def require_role(self, role: Role) -> None:
        """Raises ``SessionRequired`` or ``RoleRequired``."""
        if self.session and not self.role.covers(role):
            raise RoleRequired

    def require_step_up(self, *, at: datetime) -> None:
        """A key was stepped up for when it was made. Raises ``StepUpRequired``."""
        if self.session_id and (self.stepped_up_until is None or at >= self.stepped_up_until):
            raise StepUpRequired
