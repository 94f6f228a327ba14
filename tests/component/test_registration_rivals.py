"""Several people register with one address: only the owner of the mailbox opens the account."""

from __future__ import annotations

import asyncio
from collections import Counter

from tests.component.investor import PASSWORD, Investor
from tests.component.test_registration_api import (
    ANOTHER,
    AT_ONCE,
    INVALID,
    may_log_in,
    register,
    shown,
    verify,
)
from tests.support.world import World


async def test_the_one_that_is_confirmed_decides_whose_password_counts(
    ada: Investor, world: World
) -> None:
    mallory = Investor(ada.client, world)
    theirs, hers = await register(mallory, ANOTHER), await register(ada)
    answers = await asyncio.gather(*(verify(ada, hers) for _ in range(AT_ONCE)))
    assert Counter(answers)[200, None] == 1
    assert await ada.refused("POST", "/v1/auth/verify", shown(theirs, ANOTHER)) == INVALID
    assert (await may_log_in(ada), await may_log_in(ada, ANOTHER)) == (True, False)
    assert ANOTHER not in str(world.database.processes)


async def test_of_rivals_at_once_one_gets_the_address(ada: Investor, world: World) -> None:
    tokens = [await register(ada) for _ in range(5)]
    answers = await asyncio.gather(*(verify(ada, token) for token in tokens))
    assert Counter(answers) == {(200, None): 1, (422, "ERR_2010"): 4}
    stages = Counter(v.record.stage.value for v in world.database.processes.values())
    assert (stages["confirmed"], stages["superseded"], stages["pending"]) == (1, 4, 0)


async def letter(somebody: Investor) -> str:
    await somebody.world.run_jobs()
    return somebody.world.token_to(somebody.email)


async def test_whoever_follows_anothers_letter_opens_no_account_for_the_other(
    ada: Investor,
) -> None:
    hers, theirs = ({"email": ada.email, "password": each} for each in (PASSWORD, ANOTHER))
    await ada.post("/v1/auth/register", hers)
    own = await letter(ada)
    await ada.post("/v1/auth/register", theirs)
    await letter(ada)

    await ada.post("/v1/auth/verification", {"email": ada.email})
    again = await letter(ada)
    assert again != own, "it is the newest, which is not hers"
    shown = {"token": again, "password": PASSWORD}
    refusal = (403, "ERR_2009", "password")
    assert await ada.refused("POST", "/v1/auth/verify", shown) == refusal
    assert await ada.refused("POST", "/v1/auth/login", theirs) == (401, "ERR_2002", None)
    told = list(ada.world.database.audit_records.values())
    assert told[0].kind.value == "failed_authentication"
    assert ada.email not in str(told)

    await ada.post("/v1/auth/verify", {"token": own, "password": PASSWORD})
    ada.take(await ada.post("/v1/auth/login", hers))
    assert await ada.refused("POST", "/v1/auth/login", theirs) == (401, "ERR_2002", None)
