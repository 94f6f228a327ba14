"""Who may call a route: what the route table requires, and the check of a caller."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

import attrs

from domain.accounts.roles import Caller, Role, Scope


class Access(Enum):
    """
    Who may call.

    ``CALLER`` is a person who has logged in, or an API key with the route's scope. ``PERSON``, ``SUPPORT``
    and ``ADMIN`` are persons only. A ``PROVIDER`` signs its messages.
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

    An API key needs the ``scope``, a person the role of ``access`` and, with ``step_up``, a recent step-up.
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
