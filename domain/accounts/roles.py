"""Authorization: people by role, API keys by scope, sessions by step-up."""

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
    """Staff (support and administrators) see more than investors; administrators also decide."""

    USER = "user"
    SUPPORT = "support"
    ADMIN = "admin"

    def covers(self, needed: Role) -> bool:
        """Whether this role includes the permissions of ``needed``."""
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(needed)


class Scope(Enum):
    """The permissions of an API key. A logged-in person has all of them."""

    READ = "read"
    DEPOSIT = "deposit"
    TRADE = "trade"
    WITHDRAW = "withdraw"


@attrs.frozen(kw_only=True)
class Caller:
    """
    The authenticated caller.

    ``session_id`` is ``None`` for an API key. ``stepped_up_until`` is when the session's step-up expires;
    ``None`` if there was none.
    """

    investor_id: InvestorId
    session_id: ProcessId | None = None
    key_id: ProcessId | None = None
    role: Role = Role.USER
    scopes: frozenset[Scope] = frozenset(Scope)
    stepped_up_until: datetime | None = None

    @property
    def session(self) -> ProcessId:
        """The caller's session. Raises ``SessionRequired``."""
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
        """Always passes for an API key, whose making required a step-up. Raises ``StepUpRequired``."""
        if self.session_id and (self.stepped_up_until is None or at >= self.stepped_up_until):
            raise StepUpRequired
