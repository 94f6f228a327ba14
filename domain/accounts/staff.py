"""The house's staff: who of the investors works here, as one record, so that its changes queue up."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

import attrs

from domain.accounts.roles import Role
from domain.errors import DomainError, Kind
from domain.ids import FIRM, InvestorId, ProcessId


class OwnAccount(DomainError):
    """Nobody of the house does this with an account of their own."""

    code = "ERR_2111"
    kind = Kind.FORBIDDEN


class LastAdministrator(DomainError):
    """There would be no administrator left."""

    code = "ERR_2112"
    kind = Kind.CONFLICT


class StaffAccount(DomainError):
    """The account belongs to somebody of the house; an administrator must see to it."""

    code = "ERR_2113"
    kind = Kind.FORBIDDEN


class AccountClosed(DomainError):
    """The account is closed for good."""

    code = "ERR_2114"
    kind = Kind.CONFLICT


class StaffStage(Enum):
    ACTIVE = "active"


@attrs.frozen(kw_only=True)
class Staff:
    """``members`` are those who have a role beyond the investor's."""

    id: ProcessId
    members: Mapping[InvestorId, Role] = attrs.field(factory=dict)
    stage: StaffStage = StaffStage.ACTIVE

    @property
    def investor_id(self) -> InvestorId:
        return FIRM

    @property
    def has_administrator(self) -> bool:
        return Role.ADMIN in self.members.values()

    def with_role(self, investor_id: InvestorId, role: Role) -> Mapping[InvestorId, Role]:
        others = {who: had for who, had in self.members.items() if who != investor_id}
        return others if role is Role.USER else {**others, investor_id: role}
