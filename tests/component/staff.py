"""Staff who call the API."""

from __future__ import annotations

from typing import Any

from domain.accounts.roles import Caller, Role
from domain.ids import InvestorId, ProcessId, reference
from domain.processes.facts.effects import EffectUnknown
from tests.component.investor import PASSWORD, Investor

WHY = {"reason": "seen on the phone"}
UNKNOWN = "HTTP 500 from desk 7"


async def staff(somebody: Investor, name: str, role: Role) -> Investor:
    """A newcomer in the same world who has a role, made as the command line makes it, freshly proven."""
    newcomer = Investor(somebody.client, somebody.world, email=f"{name}@example.org")
    await newcomer.logged_in()
    await newcomer.protected()
    await somebody.world.app.staff.give_role_from_terminal(
        newcomer.email, role=role, reason="hired"
    )
    return await afresh(newcomer)


async def afresh(somebody: Investor) -> Investor:
    """In a new session, freshly proven."""
    credentials = {"email": somebody.email, "password": PASSWORD}
    somebody.take(await somebody.post("/v1/auth/login", credentials))
    return await somebody.stepped_up()


async def caller_of(somebody: Investor) -> Caller:
    token = somebody.headers["Authorization"].partition(" ")[2]
    return await somebody.world.app.sessions.caller(token)


async def identity_of(somebody: Investor) -> InvestorId:
    return (await caller_of(somebody)).investor_id


async def stop(somebody: Investor, process_id: str, step: str) -> None:
    """The process stops at the effect, for a person to look at: nobody can tell what became of it."""
    unknown = EffectUnknown(reference=reference(ProcessId(process_id), step), reason=UNKNOWN)
    await somebody.world.app.processes.apply(ProcessId(process_id), unknown, cause="a test")


def acts(somebody: Investor) -> list[dict[str, Any]]:
    """What staff did, by the audit trail."""
    records = somebody.world.database.audit_records.values()
    return [
        {"actor": r.actor, "subject": r.subject, "about": r.about, **r.detail}
        for r in records
        if r.kind.value == "admin_action"
    ]
