"""Sessions on real processes: one winner of many, and nothing outlives a password or a log-out."""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from typing import Any

from entrypoints.cli.api import Api, ApiError
from entrypoints.cli.walk import VERIFICATION
from tests.e2e.investor import Investor
from tests.support.stack import HTTP, Stack

AT_ONCE = 20
PASSWORD, BETTER = "correct horse battery", "a better horse battery"


async def outcome(api: Api, path: str, body: Any) -> tuple[int, Any]:
    try:
        return 200, await api.post(path, body)
    except ApiError as refusal:
        return refusal.status, refusal.problem["code"]


async def refresh(api: Api, tokens: Any) -> tuple[int, Any]:
    return await outcome(api, "/v1/auth/refresh", {"refresh_token": tokens["refresh_token"]})


async def is_in(api: Api, tokens: Any) -> bool:
    api.authorize(tokens["access_token"])
    try:
        await api.get("/v1/balances")
    except ApiError as refusal:
        return bool(refusal.problem["code"] != "ERR_2003")
    return True


async def test_a_session_from_logging_in_to_logging_out(stack: Stack, ann: Investor) -> None:
    api = ann.api
    credentials = {"email": f"{secrets.token_hex(8)}@example.com", "password": PASSWORD}
    await api.post("/v1/auth/register", credentials)
    token = await stack.mailbox().token(credentials["email"], about=VERIFICATION)
    await api.post("/v1/auth/verify", {"token": token, "password": PASSWORD})
    first, phone = [await api.post("/v1/auth/login", credentials) for _ in range(2)]

    answers = await asyncio.gather(*(refresh(api, first) for _ in range(AT_ONCE)))
    assert Counter(status for status, _ in answers) == {200: 1, 409: AT_ONCE - 1}
    (here,) = [tokens for status, tokens in answers if status == 200]
    assert await is_in(api, here)

    change = {"current_password": PASSWORD, "new_password": BETTER}
    await api.post("/v1/auth/password", change)
    assert (await is_in(api, here), await is_in(api, phone)) == (True, False)
    assert await refresh(api, phone) == (401, "ERR_2004")
    assert await outcome(api, "/v1/auth/login", credentials) == (401, "ERR_2002")

    api.authorize(here["access_token"])
    await api.post("/v1/auth/logout", {})
    assert not await is_in(api, here)
    assert await refresh(api, here) == (401, "ERR_2004")
    told = "\n".join(stack.lines(HTTP))
    assert [tokens for tokens in (first, here, phone) if tokens["refresh_token"] in told] == []
