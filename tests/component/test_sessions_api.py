"""Sessions over HTTP: what each token is good for, and what no token survives."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from domain.accounts.session import RACE_GRACE
from tests.component.investor import PASSWORD, Investor
from tests.component.test_audit_trail import audited, kinds
from tests.support.world import World

BETTER = "a better horse battery"
CHANGE = {"current_password": PASSWORD, "new_password": BETTER}
NO_TOKEN = (401, "ERR_2003", None)


def elsewhere(ada: Investor) -> Investor:
    """The same person at another device."""
    return Investor(ada.client, ada.world, headers={"User-Agent": "phone"})


async def log_in(somebody: Investor, password: str = PASSWORD) -> Investor:
    credentials = {"email": somebody.email, "password": password}
    somebody.take(await somebody.post("/v1/auth/login", credentials))
    return somebody


async def refresh(somebody: Investor) -> tuple[int, Any]:
    body = {"refresh_token": somebody.refresh_token}
    return await somebody.ask("POST", "/v1/auth/refresh", body)


async def has_gone(somebody: Investor) -> None:
    """Neither token of theirs is good for anything."""
    assert await somebody.refused("GET", "/v1/balances") == NO_TOKEN
    status, problem = await refresh(somebody)
    assert (status, problem["code"]) == (401, "ERR_2004")


async def test_a_refresh_token_is_exchanged_for_a_new_pair(ada: Investor) -> None:
    await ada.logged_in()
    status, pair = await refresh(ada)
    assert status == 200
    assert pair.keys() == {
        "access_token",
        "token_type",
        "expires_in",
        "refresh_token",
        "refresh_expires_in",
    }
    assert pair["refresh_token"] != ada.refresh_token
    ada.take(pair)
    await ada.get("/v1/balances")


async def test_a_refresh_token_is_no_access_token_nor_the_other_way_round(ada: Investor) -> None:
    await ada.logged_in()
    access_token = ada.headers["Authorization"].partition(" ")[2]
    ada.headers["Authorization"] = f"Bearer {ada.refresh_token}"
    assert await ada.refused("GET", "/v1/balances") == NO_TOKEN
    ada.refresh_token = access_token
    status, problem = await refresh(ada)
    assert (status, problem["code"]) == (401, "ERR_2004")


async def test_a_token_used_again_ends_the_family(ada: Investor, world: World) -> None:
    await ada.logged_in()
    _, pair = await refresh(ada)
    world.advance(RACE_GRACE.total_seconds())
    status, problem = await refresh(ada)
    assert (status, problem["code"]) == (401, "ERR_2005")
    ada.take(pair)
    await has_gone(ada)
    told = (await audited(world))[-1]
    assert (told["kind"], told["actor"]) == ("failed_authentication", "anonymous")


async def test_of_twenty_exchanges_at_once_one_gets_a_pair(ada: Investor) -> None:
    await ada.logged_in()
    answers = await asyncio.gather(*(refresh(ada) for _ in range(20)))
    (pair,) = [answer for status, answer in answers if status == 200]
    others = [(status, answer["code"]) for status, answer in answers if status != 200]
    assert others == [(409, "ERR_2006")] * 19
    ada.take(pair)
    await ada.get("/v1/balances")
    assert (await refresh(ada))[0] == 200


async def test_nothing_survives_logging_out(ada: Investor, world: World) -> None:
    await ada.logged_in()
    assert await ada.ask("POST", "/v1/auth/logout") == (204, None)
    await has_gone(ada)
    assert await kinds(world) == ["registration", "login", "logout"]


async def test_a_new_password_leaves_only_the_session_it_was_changed_in(
    ada: Investor, world: World
) -> None:
    await ada.logged_in()
    phone = await log_in(elsewhere(ada))
    assert await ada.ask("POST", "/v1/auth/password", CHANGE) == (204, None)
    await ada.get("/v1/balances")
    await has_gone(phone)
    old = {"email": ada.email, "password": PASSWORD}
    assert await phone.refused("POST", "/v1/auth/login", old) == (401, "ERR_2002", None)
    await log_in(phone, BETTER)
    told = await kinds(world)
    assert told[-3:] == ["password_changed", "failed_authentication", "login"]


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"current_password": "wrong"}, (403, "ERR_2009", "current_password")),
        ({"new_password": "short"}, (422, "ERR_4202", "new_password")),
        ({"new_password": 1}, (422, "ERR_4001", "new_password")),
    ],
)
async def test_changing_the_password_is_refused_by_field(
    ada: Investor, change: dict[str, object], refusal: object
) -> None:
    await ada.logged_in()
    assert await ada.refused("POST", "/v1/auth/password", CHANGE | change) == refusal
    await log_in(elsewhere(ada))


async def test_sessions_are_listed_and_revoked(ada: Investor) -> None:
    await ada.logged_in()
    phone = await log_in(elsewhere(ada))
    other, current = (await ada.get("/v1/auth/sessions"))["items"]
    assert (other["device"], other["is_current"], current["is_current"]) == ("phone", False, True)
    assert other.keys() == {"id", "created_at", "used_at", "expires_at", "device", "is_current"}
    path = f"/v1/auth/sessions/{other['id']}"
    for _ in range(2):
        assert await ada.ask("DELETE", path) == (204, None)
    await has_gone(phone)
    assert [each["id"] for each in (await ada.get("/v1/auth/sessions"))["items"]] == [current["id"]]


async def test_somebody_elses_session_is_not_there(ada: Investor, eve: Investor) -> None:
    await ada.logged_in()
    await eve.logged_in()
    (adas,) = (await ada.get("/v1/auth/sessions"))["items"]
    (eves,) = (await eve.get("/v1/auth/sessions"))["items"]
    assert adas["id"] != eves["id"]
    path = f"/v1/auth/sessions/{adas['id']}"
    assert await eve.refused("DELETE", path) == (404, "ERR_2007", None)
    await ada.get("/v1/balances")


async def test_what_is_no_session_is_not_there_either(ada: Investor) -> None:
    await ada.with_wallet()
    (wallet,) = (await ada.get("/v1/wallets"))["items"]
    for name in (wallet["id"], "1", "00000000-0000-7000-8000-ffffffffffff"):
        path = f"/v1/auth/sessions/{name}"
        assert await ada.refused("DELETE", path) == (404, "ERR_2007", None)


async def test_a_session_has_no_money_trail(ada: Investor) -> None:
    await ada.logged_in()
    (session,) = (await ada.get("/v1/auth/sessions"))["items"]
    assert (await ada.refused("GET", f"/v1/trails/{session['id']}"))[0] == 404


async def test_guessing_is_answered_alike_for_addresses_that_nobody_has(ada: Investor) -> None:
    await ada.logged_in()
    seen = []
    for email in (ada.email, "nobody@example.org"):
        body = {"email": email, "password": "wrong"}
        answers = [await ada.ask("POST", "/v1/auth/login", body) for _ in range(6)]
        seen.append(
            [(status, problem | {"request_id": "", "trace_id": ""}) for status, problem in answers]
        )
    assert seen[0] == seen[1]
    assert [status for status, _ in seen[0]] == [401] * 5 + [429]
    assert seen[0][-1][1]["code"] == "ERR_2008"


async def test_no_token_is_kept_or_told(ada: Investor, world: World) -> None:
    await ada.logged_in()
    given = {ada.refresh_token, ada.headers["Authorization"].partition(" ")[2]}
    _, pair = await refresh(ada)
    given |= {pair["refresh_token"], pair["access_token"]}
    ada.take(pair)
    stored = f"{world.database} {await audited(world)} {await ada.get('/v1/auth/sessions')}"
    assert [token for token in given if token in stored] == []
