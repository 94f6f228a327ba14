"""From registering to a forgotten password on real processes, by what is in the mail."""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from typing import Any

from entrypoints.cli.api import Api, ApiError, until
from entrypoints.cli.walk import VERIFICATION
from tests.e2e.investor import Investor
from tests.support.stack import HTTP, WORKER, Stack

AT_ONCE = 20
PASSWORD, BETTER = "correct horse battery", "a better horse battery"


async def outcome(api: Api, path: str, body: Any) -> tuple[int, Any]:
    """The status, and the code of a refusal or the answer."""
    try:
        return 200, await api.post(path, body)
    except ApiError as refusal:
        return refusal.status, refusal.problem["code"]


async def test_an_account_from_the_first_letter_to_a_new_password(
    stack: Stack, ann: Investor
) -> None:
    api, mail = ann.api, stack.mailbox()
    email = f"{secrets.token_hex(8)}@example.com"
    credentials = {"email": email, "password": PASSWORD}
    asked = await api.post("/v1/auth/register", credentials)
    assert await outcome(api, "/v1/auth/login", credentials) == (401, "ERR_2002")

    token = await mail.token(email, about=VERIFICATION)
    shown = {"token": token, "password": PASSWORD}
    answers = [outcome(api, "/v1/auth/verify", shown) for _ in range(AT_ONCE)]
    confirmed = Counter(status for status, _ in await asyncio.gather(*answers))
    assert confirmed == {200: 1, 422: AT_ONCE - 1}
    session = await api.post("/v1/auth/login", credentials)

    assert await api.post("/v1/auth/register", credentials) == asked
    await until(
        lambda: asyncio.to_thread(mail.emails, email),
        lambda emails: any("tried to register" in each["Subject"] for each in emails),
        what="a warning",
    )

    nobody = f"{secrets.token_hex(8)}@example.com"
    for path in ("/v1/auth/verification", "/v1/auth/password/forgot"):
        assert (await outcome(api, path, {"email": nobody}))[0] == 200
    await api.post("/v1/auth/password/forgot", {"email": email})
    recovery = await mail.token(email, about="new password")
    new = {"token": recovery, "new_password": BETTER}
    resets = await asyncio.gather(*(status_of_reset(api, new) for _ in range(AT_ONCE)))
    assert Counter(resets) == {204: 1, 422: AT_ONCE - 1}
    api.authorize(session["access_token"])
    assert (await outcome_of_reading(api)) == (401, "ERR_2003")
    assert await outcome(api, "/v1/auth/login", credentials) == (401, "ERR_2002")
    await api.post("/v1/auth/login", credentials | {"password": BETTER})

    told = "\n".join([*stack.lines(HTTP), *stack.lines(WORKER)])
    assert [secret for secret in (token, recovery, email) if secret in told] == []


async def status_of_reset(api: Api, body: Any) -> int:
    try:
        await api.post("/v1/auth/password/reset", body)
    except ApiError as refusal:
        return refusal.status
    return 204


async def outcome_of_reading(api: Api) -> tuple[int, Any]:
    try:
        return 200, await api.get("/v1/balances")
    except ApiError as refusal:
        return refusal.status, refusal.problem["code"]
