"""The whole way of authentication on real processes: letter, password, passcode, TOTP, refresh, leaving."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import attrs

from entrypoints.cli.walk import PASSCODE
from tests.e2e.investor import Investor, Refusal
from tests.e2e.test_sessions import is_in, outcome, refresh
from tests.support.stack import Stack

AT_ONCE = 4
"""So many wrong ones cost no wait."""
BETTER = "a better horse battery"
ADDRESS = {"chain": "polygon", "address": f"0x{'ab' * 20}", "label": "Cold wallet"}
NOT_FRESH: Refusal = (403, "ERR_2103", [])
WRONG = (403, "ERR_2108")


async def log_in(somebody: Investor) -> Any:
    credentials = {"email": somebody.walk.email, "password": somebody.walk.password}
    return await somebody.api.post("/v1/auth/login", credentials)


async def test_authentication_from_the_letter_to_the_last_log_out(
    stack: Stack, ann: Investor
) -> None:
    api = ann.api
    await ann.walk.register()
    assert await ann.refused("POST", "/v1/payout-addresses", ADDRESS) == NOT_FRESH
    await ann.walk.protect()
    authenticator = ann.walk.authenticator
    assert authenticator is not None
    codes = list(authenticator.recovery_codes)

    proof = {"passcode": PASSCODE, "code": authenticator.code()}
    outcomes = await asyncio.gather(
        *(outcome(api, "/v1/auth/step-up", proof) for _ in range(AT_ONCE))
    )
    assert Counter(status for status, _ in outcomes)[200] == 1
    assert {status for status, _ in outcomes} <= {200, 403, 409, 429}
    await api.post("/v1/payout-addresses", ADDRESS)

    async with stack.api() as other:
        phone = attrs.evolve(ann, api=other)
        second = await log_in(phone)
        other.authorize(second["access_token"])
        assert await phone.refused("POST", "/v1/api-keys", {"name": "x", "scopes": ["read"]}) == (
            NOT_FRESH
        ), "the proof is of the other session"
        recovered = {"passcode": PASSCODE, "code": codes[0].upper()}
        await other.post("/v1/auth/step-up", recovered)
        assert await outcome(other, "/v1/auth/step-up", recovered) == WRONG, "it is good once"
        assert (await other.get("/v1/auth/factors"))["recovery_codes_left"] == len(codes) - 1

        third = await other.post("/v1/auth/refresh", {"refresh_token": second["refresh_token"]})
        assert not await is_in(other, {"access_token": third["refresh_token"]})
        other.authorize(third["access_token"])
        change = {"current_password": ann.walk.password, "new_password": BETTER}
        await other.post("/v1/auth/password", change)
        assert await ann.refused("GET", "/v1/balances") == (401, "ERR_2003", [])
        assert await is_in(other, third)
        await other.post("/v1/auth/logout", {})
        assert not await is_in(other, third)
        assert await refresh(other, third) == (401, "ERR_2004")
