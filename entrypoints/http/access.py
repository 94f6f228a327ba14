"""Who may call a route: what the table asks for, and the check of a caller against it."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

import attrs

from domain.accounts.roles import Caller, Role, Scope


class Access(Enum):
    """
    Who may call.

    A caller is a person who has logged in, or an API key with the route's scope; support and administrators
    are persons; a provider signs what it says.
    """

    EVERYBODY = "everybody"
    CALLER = "caller"
    PERSON = "person"
    SUPPORT = "support"
    ADMIN = "admin"
    PROVIDER = "provider"

    @property
    def needs_caller(self) -> bool:
        return self not in {Access.EVERYBODY, Access.PROVIDER}


_ROLES = {Access.SUPPORT: Role.SUPPORT, Access.ADMIN: Role.ADMIN}


@attrs.frozen(kw_only=True)
class Needs:
    """
    What a caller of a route must have.

    A key needs the ``scope``, a person perhaps a role and, with ``step_up``, a fresh proof.
    """

    access: Access
    scope: Scope
    step_up: bool

    def check(self, caller: Caller, *, at: datetime) -> None:
        """Raises ``SessionRequired``, ``ScopeMissing``, ``RoleRequired`` or ``StepUpRequired``."""
        if self.access is Access.CALLER:
            caller.require_scope(self.scope)
        else:
            caller.require_role(_ROLES.get(self.access, Role.USER))
        if self.step_up:
            caller.require_step_up(at=at)
