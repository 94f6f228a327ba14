"""Somebody registers with another's address, and the other follows the letter."""

from __future__ import annotations

from tests.component.investor import PASSWORD, Investor

THEIRS = "another horse and battery"


async def letter(somebody: Investor) -> str:
    await somebody.world.run_jobs()
    return somebody.world.token_to(somebody.email)


async def test_whoever_follows_anothers_letter_opens_no_account_for_the_other(
    ada: Investor,
) -> None:
    hers, theirs = ({"email": ada.email, "password": each} for each in (PASSWORD, THEIRS))
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
