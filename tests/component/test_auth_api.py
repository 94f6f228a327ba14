"""Registering, logging in, and what a token is good for."""

from __future__ import annotations

import pytest

from tests.component.investor import PASSWORD, Investor
from tests.support.world import World


async def test_whoever_registers_can_log_in_in_any_case_of_the_address(ada: Investor) -> None:
    credentials = {"email": "Ada@Example.org", "password": PASSWORD}
    registered = await ada.registered(credentials)
    assert registered["email"] == "ada@example.org"
    session = await ada.post("/v1/auth/login", credentials | {"email": "ADA@example.ORG"})
    assert session["token_type"] == "Bearer"
    assert session["expires_in"] > 0
    assert PASSWORD not in str(registered)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"email": "nobody"}, (422, "ERR_4201", "email")),
        ({"password": "short"}, (422, "ERR_4202", "password")),
        ({"password": 1234567890}, (422, "ERR_4001", "password")),
        ({"admin": True}, (422, "ERR_4001", "admin")),
    ],
)
async def test_registering_is_refused_by_field(
    ada: Investor, change: dict[str, object], refusal: object
) -> None:
    body = {"email": "ada@example.org", "password": PASSWORD} | change
    assert await ada.refused("POST", "/v1/auth/register", body) == refusal


async def test_a_wrong_password_and_an_unknown_address_look_the_same(ada: Investor) -> None:
    await ada.logged_in()
    wrong = {"email": ada.email, "password": PASSWORD + "!"}
    unknown = {"email": "nobody@example.org", "password": PASSWORD}
    answers = [(await ada.ask("POST", "/v1/auth/login", body)) for body in (wrong, unknown)]
    assert [status for status, _ in answers] == [401, 401]
    assert answers[0][1] | {"request_id": "", "trace_id": ""} == answers[1][1] | {
        "request_id": "",
        "trace_id": "",
    }


async def test_a_token_ends(ada: Investor, world: World) -> None:
    await ada.logged_in()
    await ada.get("/v1/balances")
    world.advance(3600)
    assert await ada.refused("GET", "/v1/balances") == (401, "ERR_2003", None)
