"""What staff may do to accounts, over HTTP."""

from __future__ import annotations

import asyncio

import pytest

from domain.accounts.roles import Role
from domain.accounts.staff import LastAdministrator
from domain.ids import ProcessId
from tests.component.investor import PASSWORD, PROFILE, Investor
from tests.component.staff import WHY, acts, caller_of, identity_of, staff
from tests.support.builders import SOMEWHERE

WITHDRAWAL = {"amount": "20.00", "chain": "polygon", "destination": SOMEWHERE}
ORDER = {"symbol": "AAPL", "side": "buy", "type": "market", "notional": "20.00"}
MAY_NOT, FROZEN, OWN = (403, "ERR_2101", None), (403, "ERR_2105", None), (403, "ERR_2111", None)


async def path_of(somebody: Investor) -> str:
    return f"/v1/admin/investors/{await identity_of(somebody)}"


async def test_an_investor_is_found_and_shown_without_secrets(ada: Investor) -> None:
    await ada.funded()
    sue = await staff(ada, "sue", Role.SUPPORT)
    (found,) = (await sue.get(f"/v1/admin/investors?email={ada.email.upper()}"))["items"]
    assert (found["email"], found["stage"], found["role"]) == (ada.email, "active", "user")
    sheet = await sue.get(f"/v1/admin/investors/{found['id']}")
    assert (sheet["onboarding"], sheet["tier"], sheet["sessions"]) == ("approved", "basic", 1)
    assert sheet["balances"][0] | {"available": "247.50"} == sheet["balances"][0]
    told = f"{found} {sheet}"
    assert not [s for s in (PROFILE["tax_id"], "hash", ada.secret, "passcode") if str(s) in told]


async def test_investors_are_listed_by_stage_and_role_in_pages(ada: Investor) -> None:
    await ada.logged_in()
    sue = await staff(ada, "sue", Role.SUPPORT)
    root = await staff(ada, "root", Role.ADMIN)
    page = await sue.get("/v1/admin/investors?stage=active&limit=2")
    rest = await sue.get(f"/v1/admin/investors?stage=active&cursor={page['next_cursor']}")
    emails = [each["email"] for each in [*page["items"], *rest["items"]]]
    assert emails == [root.email, sue.email, ada.email]
    (admin,) = (await sue.get("/v1/admin/investors?role=admin"))["items"]
    assert admin["email"] == root.email
    assert (await sue.get("/v1/admin/investors?stage=frozen"))["items"] == []
    for query, field in (("role=user", "role"), ("stage=gone", "stage"), ("email=", "email")):
        refusal = await sue.refused("GET", f"/v1/admin/investors?{query}")
        assert refusal == (422, "ERR_4001", field)


async def test_a_frozen_account_begins_nothing_and_can_look(ada: Investor) -> None:
    await ada.funded()
    path, sue = await path_of(ada), await staff(ada, "sue", Role.SUPPORT)
    root = await staff(ada, "root", Role.ADMIN)
    await ada.stepped_up()
    assert (await sue.post(f"{path}/freeze", WHY))["investor"]["stage"] == "frozen"
    assert await ada.refused("POST", "/v1/withdrawals", WITHDRAWAL) == FROZEN
    assert await ada.refused("POST", "/v1/orders", ORDER) == FROZEN
    assert (await ada.get("/v1/balances"))["items"]
    assert await sue.refused("POST", f"{path}/unfreeze", WHY) == MAY_NOT
    await root.stepped_up()
    await root.post(f"{path}/unfreeze", WHY)
    await ada.post("/v1/orders", ORDER)


async def test_what_staff_do_is_audited_with_who_why_and_where_from(ada: Investor) -> None:
    await ada.logged_in()
    owner, sue = await identity_of(ada), await staff(ada, "sue", Role.SUPPORT)
    before = len(ada.world.database.audit_records)
    await sue.post(f"/v1/admin/investors/{owner}/freeze", WHY)
    (record,) = list(ada.world.database.audit_records.values())[before:]
    assert (record.kind.value, record.subject) == ("admin_action", owner)
    assert record.about == ProcessId(owner)
    assert record.actor == await identity_of(sue)
    assert record.detail == {"action": "freeze", **WHY}
    assert record.request_id
    assert record.ip
    hired = acts(ada)[0]
    assert (hired["actor"], hired["action"], hired["role"]) == ("cli", "give_role", "support")


@pytest.mark.parametrize("reason", [None, "no", " " * 5, "x" * 501])
async def test_nothing_is_done_without_a_reason(ada: Investor, reason: str | None) -> None:
    await ada.logged_in()
    path, sue = await path_of(ada), await staff(ada, "sue", Role.SUPPORT)
    body = {} if reason is None else {"reason": reason}
    assert await sue.refused("POST", f"{path}/freeze", body) == (422, "ERR_4001", "reason")


async def test_nobody_decides_on_their_own_account(ada: Investor) -> None:
    root = await staff(ada, "root", Role.ADMIN)
    path = await path_of(root)
    for act, body in (
        ("freeze", {}),
        ("unfreeze", {}),
        ("deactivate", {}),
        ("role", {"role": "user"}),
        ("tier", {"tier": "plus"}),
    ):
        assert await root.refused("POST", f"{path}/{act}", WHY | body) == OWN, act


async def test_of_staff_only_an_administrator_freezes_anybody(ada: Investor) -> None:
    sue = await staff(ada, "sue", Role.SUPPORT)
    root, eva = await staff(ada, "root", Role.ADMIN), await staff(ada, "eva", Role.ADMIN)
    assert await sue.refused("POST", f"{await path_of(root)}/freeze", WHY) == (
        403,
        "ERR_2113",
        None,
    )
    await root.stepped_up()
    await root.post(f"{await path_of(eva)}/freeze", WHY)
    assert await eva.refused("POST", f"{await path_of(sue)}/freeze", WHY) == MAY_NOT
    assert await eva.refused("GET", "/v1/admin/queue") == MAY_NOT


async def test_there_is_always_an_administrator(ada: Investor) -> None:
    root, eva = await staff(ada, "root", Role.ADMIN), await staff(ada, "eva", Role.ADMIN)
    people = [await caller_of(root), await caller_of(eva)]
    give = ada.world.app.staff.give_role
    outcomes = await asyncio.gather(
        *(
            give(other.investor_id, role=Role.USER, by=by, reason="a quarrel")
            for by, other in (people, people[::-1])
        ),
        return_exceptions=True,
    )
    refused = [each for each in outcomes if isinstance(each, BaseException)]
    assert [type(each) for each in refused] == [LastAdministrator]
    assert list((await ada.world.app.staff.members()).values()) == [Role.ADMIN]


async def test_the_last_administrator_is_not_demoted_from_a_terminal_either(ada: Investor) -> None:
    root = await staff(ada, "root", Role.ADMIN)
    with pytest.raises(LastAdministrator):
        await ada.world.app.staff.give_role_from_terminal(
            root.email, role=Role.SUPPORT, reason="tired"
        )
    assert (await root.get("/v1/admin/reviews"))["items"] == []


async def test_a_new_role_ends_sessions_and_counts_at_the_next_log_in(ada: Investor) -> None:
    await ada.logged_in()
    path, root = await path_of(ada), await staff(ada, "root", Role.ADMIN)
    sheet = await root.post(f"{path}/role", {"role": "support", **WHY})
    assert (sheet["investor"]["role"], sheet["sessions"]) == ("support", 0)
    assert (await ada.refused("GET", "/v1/balances"))[0] == 401
    credentials = {"email": ada.email, "password": PASSWORD}
    ada.take(await ada.post("/v1/auth/login", credentials))
    assert (await ada.get("/v1/admin/reviews"))["items"] == []


async def test_another_tier_is_another_limit(ada: Investor) -> None:
    await ada.onboarded()
    path, root = await path_of(ada), await staff(ada, "root", Role.ADMIN)
    assert (await root.post(f"{path}/tier", {"tier": "plus", **WHY}))["tier"] == "plus"
    assert (await ada.get("/v1/limits"))["tier"] == "plus"
    assert acts(ada)[-1]["tier"] == "plus"


async def test_an_account_is_closed_when_nothing_is_left(ada: Investor, eve: Investor) -> None:
    await ada.funded()
    own = {"password": PASSWORD}
    not_empty = (409, "ERR_2106", None)
    assert await ada.refused("POST", "/v1/auth/deactivate", own) == not_empty
    path, root = await path_of(ada), await staff(eve, "root", Role.ADMIN)
    assert await root.refused("POST", f"{path}/deactivate", WHY) == not_empty
    assert await root.refused("POST", "/v1/auth/deactivate", own) == (403, "ERR_2113", None)

    await (await (await eve.logged_in()).protected()).stepped_up()
    owner = await identity_of(eve)
    wrong = {"password": "not this one"}
    refusal = await eve.refused("POST", "/v1/auth/deactivate", wrong)
    assert refusal == (403, "ERR_2009", "password")
    assert (await eve.ask("POST", "/v1/auth/deactivate", own))[0] == 204
    assert (await eve.refused("GET", "/v1/balances"))[0] == 401
    credentials = {"email": eve.email, "password": PASSWORD}
    assert await eve.refused("POST", "/v1/auth/login", credentials) == (401, "ERR_2002", None)
    records = eve.world.database.audit_records.values()
    (closed,) = [each for each in records if each.kind.value == "account_closed"]
    assert (closed.subject, closed.actor) == (owner, owner)
    await root.stepped_up()
    gone = f"/v1/admin/investors/{owner}"
    assert (await root.get(gone))["investor"]["stage"] == "deactivated"
    assert await root.refused("POST", f"{gone}/freeze", WHY) == (409, "ERR_2114", None)


async def test_staff_close_an_empty_account(ada: Investor) -> None:
    await ada.logged_in()
    path, root = await path_of(ada), await staff(ada, "root", Role.ADMIN)
    sheet = await root.post(f"{path}/deactivate", WHY)
    assert (sheet["investor"]["stage"], sheet["reason"]) == ("deactivated", WHY["reason"])
    nobody = "/v1/admin/investors/00000000-0000-7000-8000-ffffffffffff"
    assert await root.refused("GET", nobody) == (404, "ERR_3003", None)


async def test_frozen_staff_see_nothing_of_others(ada: Investor) -> None:
    await ada.logged_in()
    owner, sue = await identity_of(ada), await staff(ada, "sue", Role.SUPPORT)
    root = await staff(ada, "root", Role.ADMIN)
    await root.post(f"/v1/admin/investors/{await identity_of(sue)}/freeze", WHY)
    for path in ("/v1/admin/investors", f"/v1/admin/investors/{owner}", "/v1/admin/reviews"):
        assert await sue.refused("GET", path) == (403, "ERR_2101", None), path
    assert (await sue.get("/v1/auth/factors"))["passcode"]
