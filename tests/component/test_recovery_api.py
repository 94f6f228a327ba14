"""A forgotten password over HTTP."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from domain.accounts.password_reset import PASSWORD_RESET_LIFETIME
from domain.services.notifications.emails import RECOVERIES
from ports.login_throttle import FREE
from tests.component.investor import PASSWORD, Investor
from tests.component.test_audit_trail import audited
from tests.support.world import World

BETTER = "a better horse battery"
KEY = {"name": "Ledger export", "scopes": ["read"]}
INVALID = (422, "ERR_2010", "token")
AT_ONCE = 20


async def forget(ada: Investor) -> str:
    """The token of the letter."""
    await ada.post("/v1/auth/password/forgot", {"email": ada.email.upper()})
    await ada.world.run_jobs()
    return ada.world.token_to(ada.email)


async def reset(ada: Investor, token: str, password: str = BETTER) -> int:
    sent = {"token": token, "new_password": password}
    return (await ada.ask("POST", "/v1/auth/password/reset", sent))[0]


async def log_in(ada: Investor, password: str) -> int:
    sent = {"email": ada.email, "password": password}
    return (await ada.ask("POST", "/v1/auth/login", sent))[0]


async def refused(ada: Investor, token: str) -> tuple[int, str, str | None]:
    sent = {"token": token, "new_password": BETTER}
    return await ada.refused("POST", "/v1/auth/password/reset", sent)


async def test_a_new_password_replaces_the_old_one_and_ends_every_session(ada: Investor) -> None:
    await ada.logged_in()
    old = ada.refresh_token
    assert await reset(ada, await forget(ada)) == 204
    assert await ada.refused("GET", "/v1/balances") == (401, "ERR_2003", None)
    body = {"refresh_token": old}
    assert await ada.refused("POST", "/v1/auth/refresh", body) == (401, "ERR_2004", None)
    assert (await log_in(ada, PASSWORD), await log_in(ada, BETTER)) == (401, 200)


async def test_a_reset_ends_api_keys_and_a_changed_password_does_not(ada: Investor) -> None:
    await (await (await ada.logged_in()).protected()).stepped_up()
    text = (await ada.post("/v1/api-keys", KEY))["key"]
    program = Investor(ada.client, ada.world, headers={"Authorization": f"Bearer {text}"})
    change = {"current_password": PASSWORD, "new_password": f"{PASSWORD} 2"}
    assert (await ada.ask("POST", "/v1/auth/password", change))[0] == 204
    await program.get("/v1/balances")
    assert await reset(ada, await forget(ada)) == 204
    assert await program.refused("GET", "/v1/balances") == (401, "ERR_2003", None)
    ada.take(await ada.post("/v1/auth/login", {"email": ada.email, "password": BETTER}))
    assert (await ada.get("/v1/api-keys"))["items"] == []


async def test_a_token_is_good_once_and_for_half_an_hour(ada: Investor, world: World) -> None:
    await ada.logged_in()
    token = await forget(ada)
    assert await reset(ada, token) == 204
    assert await refused(ada, token) == INVALID
    token = await forget(ada)
    world.advance(PASSWORD_RESET_LIFETIME.total_seconds())
    assert await refused(ada, token) == INVALID


async def test_a_new_password_makes_other_letters_worthless(ada: Investor, world: World) -> None:
    await ada.logged_in()
    first, second = await forget(ada), await forget(ada)
    assert first != second
    assert await reset(ada, second) == 204
    assert await refused(ada, first) == INVALID
    third = await forget(ada)
    ada.headers.clear()
    sent = {"email": ada.email, "password": BETTER}
    ada.take(await ada.post("/v1/auth/login", sent))
    change = {"current_password": BETTER, "new_password": PASSWORD}
    assert (await ada.ask("POST", "/v1/auth/password", change))[0] == 204
    assert await refused(ada, third) == INVALID
    assert await log_in(ada, PASSWORD) == 200


async def test_of_many_resets_at_once_one_counts(ada: Investor) -> None:
    await ada.logged_in()
    token = await forget(ada)
    passwords = [f"{BETTER} {number}" for number in range(AT_ONCE)]
    statuses = await asyncio.gather(*(reset(ada, token, password) for password in passwords))
    assert Counter(statuses) == {204: 1, 422: AT_ONCE - 1}
    (winner,) = [p for p, status in zip(passwords, statuses, strict=True) if status == 204]
    assert await log_in(ada, winner) == 200


async def test_a_weak_password_does_not_use_up_the_token(ada: Investor) -> None:
    await ada.logged_in()
    token = await forget(ada)
    weak = {"token": token, "new_password": "short"}
    answer = await ada.refused("POST", "/v1/auth/password/reset", weak)
    assert answer == (422, "ERR_4202", "new_password")
    assert await reset(ada, token) == 204


@pytest.mark.parametrize("token", ["nonsense", "00000000-0000-7000-8000-000000000009.recovery"])
async def test_what_is_no_token_is_refused_and_told_to_auditors(
    ada: Investor, world: World, token: str
) -> None:
    await ada.logged_in()
    assert await refused(ada, token) == INVALID
    told = (await audited(world))[-1]
    assert (told["kind"], told["actor"]) == ("failed_authentication", "anonymous")


async def test_a_token_of_another_letter_sets_no_password(ada: Investor, world: World) -> None:
    sent = {"email": ada.email, "password": PASSWORD}
    await ada.post("/v1/auth/register", sent)
    await world.run_jobs()
    assert await refused(ada, world.token_to(ada.email)) == INVALID


async def test_nobody_gets_a_letter_at_an_address_without_an_account(
    ada: Investor, world: World
) -> None:
    await ada.post("/v1/auth/password/forgot", {"email": ada.email})
    await world.run_jobs()
    assert world.mailer.sent == []


async def test_nobodys_mailbox_is_flooded(ada: Investor, world: World) -> None:
    await ada.logged_in()
    for _ in range(RECOVERIES.limit + 5):
        await forget(ada)
    assert len(world.mailer.sent) == 1 + RECOVERIES.limit


async def test_whoever_has_guessed_too_often_may_log_in_after_a_reset(ada: Investor) -> None:
    await ada.logged_in()
    statuses = [await log_in(ada, BETTER) for _ in range(FREE + 2)]
    assert statuses[-1] == 429
    assert await reset(ada, await forget(ada)) == 204
    assert await log_in(ada, BETTER) == 200


async def test_auditors_see_that_the_password_was_reset(ada: Investor, world: World) -> None:
    await ada.logged_in()
    token = await forget(ada)
    assert await reset(ada, token) == 204
    told = await audited(world)
    assert (told[-1]["kind"], told[-1]["detail"]) == ("password_changed", {"reason": "reset"})
    assert token not in str(told)
