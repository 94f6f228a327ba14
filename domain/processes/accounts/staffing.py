"""Changes of the staff: once there is an administrator, at least one must remain."""

from __future__ import annotations

from domain.accounts.staff import LastAdministrator, Staff
from domain.ids import LookupKey
from domain.processes.decision import Decision
from domain.processes.facts.accounts import StaffFact
from domain.processes.process_type import ProcessType

STAFF = LookupKey("stack.staff", "house")
"""The lookup key of the one record of the staff."""


def found(staff: Staff) -> Decision[Staff]:
    return Decision(staff, names=(STAFF,))


def decide(staff: Staff, fact: StaffFact) -> Decision[Staff]:
    """Raises ``LastAdministrator``."""
    changed = staff.with_role(fact.investor_id, fact.role, by=fact.by)
    if staff.has_administrator and not changed.has_administrator:
        raise LastAdministrator
    return Decision(changed)


PROCESS = ProcessType(record=Staff, facts=StaffFact, decide=decide)
