"""The staff: investors with a role of staff, as one record, so that its changes are serialized."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

import attrs

from domain.accounts.roles import Role
from domain.errors import DomainError, Kind
from domain.ids import FIRM, InvestorId, ProcessId


class OwnAccount(DomainError):
    """Staff cannot do this to their own account."""

    code = "ERR_2111"
    slug = "own-account"
    kind = Kind.FORBIDDEN


class LastAdministrator(DomainError):
    """At least one administrator must remain."""

    code = "ERR_2112"
    slug = "last-administrator"
    kind = Kind.CONFLICT


class StaffAccount(DomainError):
    """The account belongs to a member of staff. An administrator must change it or remove the role."""

    code = "ERR_2113"
    slug = "staff-account"
    kind = Kind.FORBIDDEN


class AccountClosed(DomainError):
    """The account is permanently closed."""

    code = "ERR_2114"
    slug = "account-closed"
    kind = Kind.CONFLICT


class StaffStage(Enum):
    ACTIVE = "active"


@attrs.frozen(kw_only=True)
class Staff:
    """
    ``members`` are the investors with the role support or administrator.

    ``lines`` maps an administrator to the first administrator of the line of grants. An administrator who
    got the role from the terminal is not in it. Entries outlast the role, and there are no cycles.
    """

    id: ProcessId
    members: Mapping[InvestorId, Role] = attrs.field(factory=dict)
    lines: Mapping[InvestorId, InvestorId] = attrs.field(factory=dict)
    stage: StaffStage = StaffStage.ACTIVE

    @property
    def investor_id(self) -> InvestorId:
        return FIRM

    @property
    def has_administrator(self) -> bool:
        return Role.ADMIN in self.members.values()

    def are_one(self, one: InvestorId, other: InvestorId) -> bool:
        """Whether the two are not independent: their lines of grants begin with the same administrator."""
        return self._first_of(one) == self._first_of(other)

    def with_role(self, investor_id: InvestorId, role: Role, *, by: InvestorId | None) -> Staff:
        """``by`` is ``None`` for the terminal."""
        others = {who: had for who, had in self.members.items() if who != investor_id}
        members = others if role is Role.USER else {**others, investor_id: role}
        return attrs.evolve(self, members=members, lines=self._lines(investor_id, role, by))

    def _lines(
        self, investor_id: InvestorId, role: Role, by: InvestorId | None
    ) -> Mapping[InvestorId, InvestorId]:
        is_made = role is Role.ADMIN and self.members.get(investor_id) is not Role.ADMIN
        others = {who: first for who, first in self.lines.items() if who != investor_id}
        if by is None:
            return others if role is Role.ADMIN else self.lines
        first = self._first_of(by)
        # Without the second condition there could be a cycle.
        return {**others, investor_id: first} if is_made and first != investor_id else self.lines

    def _first_of(self, who: InvestorId) -> InvestorId:
        while who in self.lines:
            who = self.lines[who]
        return who
