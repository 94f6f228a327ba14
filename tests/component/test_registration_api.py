"""Becoming an investor over HTTP: nobody learns who is one, and only the mailbox makes one."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest

from domain.accounts.registration import EMAILS_MAX, REGISTRATION_LIFETIME
from domain.ids import Reference
from domain.processes.facts.effects import EffectRefused
from domain.processes.instructions import SendEmail
from domain.services.notifications.emails import HOUR_S, VERIFICATIONS
from tests.component.investor import PASSWORD, Investor
from tests.component.test_audit_trail import audited
from tests.support.world import World

ANOTHER = "another horse and battery"
INVALID = (422, "ERR_2010", "token")
AT_ONCE = 20
VARYING = {"x-request-id", "date", "ratelimit", "x-ratelimit-remaining"}
"""What is different in any two answers."""


def body(email: str = "ada@example.org", password: str = PASSWORD) -> dict[str, str]:
    return {"email": email, "password": password}


async def register(somebody: Investor, password: str = PASSWORD) -> str:
    """The token of the letter that comes of it."""
    await somebody.post("/v1/auth/register", body(somebody.email, password))
    await somebody.world.run_jobs()
    return somebody.world.token_to(somebody.email)


def shown(token: str, password: str = PASSWORD) -> dict[str, str]:
    return {"token": token, "password": password}


async def verify(somebody: Investor, token: str, password: str = PASSWORD) -> tuple[int, Any]:
    status, answer = await somebody.ask("POST", "/v1/auth/verify", shown(token, password))
    return status, answer.get("code")


async def may_log_in(somebody: Investor, password: str = PASSWORD) -> bool:
    status, _ = await somebody.ask("POST", "/v1/auth/login", body(somebody.email, password))
    return status == 200


async def answer_of(somebody: Investor, path: str, sent: dict[str, str]) -> tuple[Any, ...]:
    """Everything that could tell one answer from another."""
    response = await somebody.client.post(path, json=sent)
    headers = {name: v for name, v in response.headers.items() if name.lower() not in VARYING}
    return response.status, await response.text(), headers


@pytest.mark.parametrize(
    "path", ["/v1/auth/register", "/v1/auth/verification", "/v1/auth/password/forgot"]
)
async def test_an_address_that_is_taken_and_one_that_is_not_are_answered_alike(
    ada: Investor, path: str
) -> None:
    await ada.logged_in()
    fields = body() if path == "/v1/auth/register" else {"email": ""}
    taken = await answer_of(ada, path, fields | {"email": "ada@example.org"})
    free = await answer_of(ada, path, fields | {"email": "eve@example.org"})
    assert free == (taken[0], taken[1].replace("ada@", "eve@"), taken[2])
    assert taken[0] == 202


@pytest.mark.parametrize("path", ["/v1/auth/register", "/v1/auth/password/forgot"])
async def test_the_same_is_written_whether_an_address_is_taken_or_not(
    ada: Investor, world: World, path: str
) -> None:
    await ada.logged_in()
    written = []
    for email in ("ada@example.org", "eve@example.org"):
        before = len(world.database.processes), len(world.database.jobs)
        await ada.ask(
            "POST", path, body(email) if path == "/v1/auth/register" else {"email": email}
        )
        after = len(world.database.processes), len(world.database.jobs)
        written.append([a - b for a, b in zip(after, before, strict=True)])
    assert written == [[1, 2], [1, 2]]


async def test_nobody_logs_in_before_the_address_is_confirmed(ada: Investor) -> None:
    token = await register(ada)
    assert await ada.refused("POST", "/v1/auth/login", body()) == (401, "ERR_2002", None)
    assert await verify(ada, token) == (200, None)
    assert await may_log_in(ada)


async def test_the_letter_goes_to_the_address_and_holds_neither_password_nor_hash(
    ada: Investor, world: World
) -> None:
    token = await register(ada)
    (mail,) = world.mailer.sent
    assert (mail.to, token in mail.text) == (ada.email, True)
    assert PASSWORD not in mail.text
    assert f"https://app.test/verify-email#token={token}" in mail.text


async def test_a_token_is_good_once(ada: Investor) -> None:
    token = await register(ada)
    assert await verify(ada, token) == (200, None)
    assert await ada.refused("POST", "/v1/auth/verify", shown(token)) == INVALID


async def test_a_token_is_good_for_a_day(ada: Investor, eve: Investor, world: World) -> None:
    lifetime_s = REGISTRATION_LIFETIME.total_seconds()
    early, late = await register(ada), await register(eve)
    world.advance(lifetime_s - 1)
    assert await verify(ada, early) == (200, None)
    world.advance(1)
    assert await ada.refused("POST", "/v1/auth/verify", shown(late)) == INVALID
    await world.run_jobs()
    stages = {v.record.stage.value for v in world.database.processes.values()}
    assert {"confirmed", "expired"} <= stages
    assert eve.email not in str(await audited(world))


@pytest.mark.parametrize(
    "token", ["", "nonsense", "00000000-0000-7000-8000-000000000001.verification", "é" * 50]
)
async def test_what_is_no_token_is_refused_and_told_to_auditors(
    ada: Investor, world: World, token: str
) -> None:
    await register(ada)
    assert await ada.refused("POST", "/v1/auth/verify", shown(f"0{token}")) == INVALID
    (told,) = await audited(world)
    assert (told["kind"], told["actor"], told["subject"], told["detail"]) == (
        "failed_authentication",
        "anonymous",
        None,
        {"letter": "verification"},
    )


async def test_a_token_for_a_new_password_confirms_no_address(ada: Investor, world: World) -> None:
    await ada.logged_in()
    await ada.post("/v1/auth/password/forgot", {"email": ada.email})
    await world.run_jobs()
    token = world.token_to(ada.email)
    assert await ada.refused("POST", "/v1/auth/verify", shown(token)) == INVALID


async def test_of_many_confirmations_at_once_one_makes_an_investor(
    ada: Investor, world: World
) -> None:
    token = await register(ada)
    answers = await asyncio.gather(*(verify(ada, token) for _ in range(AT_ONCE)))
    assert Counter(answers) == {(200, None): 1, (422, "ERR_2010"): AT_ONCE - 1}
    assert (await audited(world))[0]["kind"] == "registration"
    assert await may_log_in(ada)


async def test_the_owner_of_an_address_is_warned_once_an_hour(ada: Investor, world: World) -> None:
    await ada.logged_in()
    for _ in range(3):
        await ada.post("/v1/auth/register", body(password=ANOTHER))
        await world.run_jobs()
    warnings = [mail for mail in world.mailer.sent if "tried to register" in mail.subject]
    assert [mail.to for mail in warnings] == [ada.email]
    assert "token" not in warnings[0].text
    world.advance(HOUR_S)
    await ada.post("/v1/auth/register", body(password=ANOTHER))
    await world.run_jobs()
    assert len(world.mailer.sent) == 3
    assert await may_log_in(ada)


async def test_nobodys_mailbox_is_flooded(ada: Investor, world: World) -> None:
    for _ in range(VERIFICATIONS.limit + 5):
        await register(ada)
    assert len(world.mailer.sent) == VERIFICATIONS.limit


async def test_a_letter_is_sent_again_a_few_times_with_the_same_token(
    ada: Investor, world: World
) -> None:
    token = await register(ada)
    for _ in range(EMAILS_MAX + 3):
        await ada.post("/v1/auth/verification", {"email": "ADA@example.org"})
        await world.run_jobs()
    assert len(world.mailer.sent) == EMAILS_MAX
    assert world.token_to(ada.email) == token
    assert await verify(ada, token) == (200, None)


async def test_a_letter_that_cannot_be_sent_now_is_sent_later(ada: Investor, world: World) -> None:
    world.mailer.faults.be_unavailable()
    await ada.post("/v1/auth/register", body())
    await world.run_jobs()
    assert world.mailer.sent == []
    await world.let_pass(10)
    assert await verify(ada, world.token_to(ada.email)) == (200, None)


async def test_a_letter_that_nobody_will_carry_is_given_up(ada: Investor, world: World) -> None:
    await ada.post("/v1/auth/register", body())
    job = await world.run_jobs_before(SendEmail)
    world.mailer.faults.refuse("the server answered 550")
    given_up = await world.app.jobs.run(job)
    assert given_up == EffectRefused(reference=Reference(job.id), reason="the server answered 550")
    await world.let_pass(60)
    assert world.mailer.sent == []


@pytest.mark.parametrize(
    "email", ["a@b@example.org", "ada@example", "Ada <ada@example.org>", '"ada"@x.org', "é@x.org"]
)
async def test_an_address_that_no_mail_can_go_to_is_refused(ada: Investor, email: str) -> None:
    for path, fields in (
        ("/v1/auth/register", body(email)),
        ("/v1/auth/verification", {"email": email}),
        ("/v1/auth/password/forgot", {"email": email}),
    ):
        assert await ada.refused("POST", path, fields) == (422, "ERR_4201", "email")


@pytest.mark.parametrize("hidden", ["\u202e", "\u200b", "\u00ad"])
async def test_an_email_address_shows_all_of_itself(ada: Investor, hidden: str) -> None:
    body = {"email": f"a{hidden}da@example.org", "password": PASSWORD}
    assert await ada.refused("POST", "/v1/auth/register", body) == (422, "ERR_4201", "email")
