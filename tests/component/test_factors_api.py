"""Passcode, authenticator and stepping up, over HTTP."""

from __future__ import annotations

import asyncio

import pytest

from domain.accounts.mfa import RECOVERY_CODES, STEP_UP_LIFETIME
from ports.login_throttle import FREE
from tests.component.investor import CODE_LASTS_S, PASSCODE, PASSWORD, Investor
from tests.component.test_audit_trail import kinds
from tests.component.test_sessions_api import CHANGE, elsewhere, log_in
from tests.support.builders import SOMEWHERE

WITHDRAWAL = {"amount": "20.00", "chain": "polygon", "destination": SOMEWHERE}
STEP_UP_FIRST = (403, "ERR_2103", None)
WRONG = (403, "ERR_2108", None)


async def step_up(somebody: Investor, *, passcode: str = PASSCODE, code: str | None = None) -> int:
    body = {"passcode": passcode, "code": code or somebody.shown()}
    status, _ = await somebody.ask("POST", "/v1/auth/step-up", body)
    return status


async def test_what_is_set_up_is_shown_and_no_secret_of_it(ada: Investor) -> None:
    await ada.logged_in()
    nothing = {
        "passcode": False,
        "authenticator": False,
        "recovery_codes_left": 0,
        "stepped_up_until": None,
    }
    assert await ada.get("/v1/auth/factors") == nothing
    await ada.protected()
    assert await ada.get("/v1/auth/factors") == nothing | {
        "passcode": True,
        "authenticator": True,
        "recovery_codes_left": RECOVERY_CODES,
    }


async def test_money_goes_out_after_a_fresh_proof_and_not_long_after(ada: Investor) -> None:
    await ada.funded()
    await ada.post("/v1/withdrawals", WITHDRAWAL)
    ada.world.clock.advance(STEP_UP_LIFETIME.total_seconds())
    assert await ada.refused("POST", "/v1/withdrawals", WITHDRAWAL) == STEP_UP_FIRST
    await ada.stepped_up()
    await ada.post("/v1/withdrawals", WITHDRAWAL)


async def test_the_proof_is_of_one_session(ada: Investor) -> None:
    await ada.funded()
    phone = await log_in(elsewhere(ada))
    assert await phone.refused("POST", "/v1/withdrawals", WITHDRAWAL) == STEP_UP_FIRST


async def test_without_both_factors_nothing_is_proven(ada: Investor) -> None:
    await ada.logged_in()
    body = {"passcode": PASSCODE, "code": "123456"}
    missing = (403, "ERR_2107", None)
    assert await ada.refused("POST", "/v1/auth/step-up", body) == missing
    await ada.put("/v1/auth/passcode", {"password": PASSWORD, "passcode": PASSCODE})
    assert await ada.refused("POST", "/v1/auth/step-up", body) == missing


async def test_a_code_is_good_once_also_for_twenty_at_once(ada: Investor) -> None:
    await (await ada.logged_in()).protected()
    assert await step_up(ada) == 403, "it was used to confirm"
    ada.world.clock.advance(CODE_LASTS_S)
    outcomes = await asyncio.gather(*(step_up(ada) for _ in range(20)))
    assert outcomes.count(200) == 1
    assert set(outcomes) <= {200, 403, 409, 429}


@pytest.mark.parametrize(
    ("passcode", "code"), [("111222", None), (PASSCODE, "000000"), (PASSCODE, "٣٣٣٣٣٣")]
)
async def test_a_wrong_passcode_or_code_proves_nothing(
    ada: Investor, passcode: str, code: str | None
) -> None:
    await (await ada.logged_in()).protected()
    ada.world.clock.advance(CODE_LASTS_S)
    body = {"passcode": passcode, "code": code or ada.shown()}
    assert await ada.refused("POST", "/v1/auth/step-up", body) == WRONG
    assert (await ada.get("/v1/auth/factors"))["stepped_up_until"] is None
    assert (await kinds(ada.world))[-1] == "failed_authentication"


async def test_guessing_makes_the_wait_longer_and_leaves_the_password_alone(ada: Investor) -> None:
    await (await ada.logged_in()).protected()
    for _ in range(FREE + 1):
        assert await step_up(ada, passcode="111222") == 403
    ada.world.clock.advance(0.5)
    assert await step_up(ada) == 429
    await log_in(elsewhere(ada))


async def test_a_recovery_code_stands_in_once(ada: Investor) -> None:
    await (await ada.logged_in()).protected()
    one, other, *_ = ada.recovery_codes
    assert await step_up(ada, code=one.upper().replace("-", " ")) == 200
    assert await step_up(ada, code=one) == 403
    assert await step_up(ada, code=other) == 200
    left = (await ada.get("/v1/auth/factors"))["recovery_codes_left"]
    assert left == RECOVERY_CODES - 2
    renewed = (await ada.post("/v1/auth/recovery-codes", None))["recovery_codes"]
    assert len(renewed) == RECOVERY_CODES
    assert await step_up(ada, code=ada.recovery_codes[-1]) == 403
    assert await step_up(ada, code=renewed[0]) == 200


async def test_setting_up_needs_the_password_and_later_a_proof(ada: Investor) -> None:
    await ada.logged_in()
    wrong = {"password": "not this one", "passcode": PASSCODE}
    assert await ada.refused("PUT", "/v1/auth/passcode", wrong) == (403, "ERR_2009", "password")
    await ada.protected()
    again = {"password": PASSWORD, "passcode": "314159"}
    assert await ada.refused("PUT", "/v1/auth/passcode", again) == STEP_UP_FIRST
    for method, path, body in (
        ("POST", "/v1/auth/authenticator", {"password": PASSWORD}),
        ("DELETE", "/v1/auth/authenticator", None),
        ("POST", "/v1/auth/recovery-codes", None),
        ("POST", "/v1/auth/password", CHANGE),
    ):
        assert await ada.refused(method, path, body) == STEP_UP_FIRST, path
    await ada.stepped_up()
    await ada.put("/v1/auth/passcode", again)
    ada.world.clock.advance(CODE_LASTS_S)
    assert await step_up(ada) == 403
    assert await step_up(ada, passcode="314159") == 200
    status, _ = await ada.ask("POST", "/v1/auth/password", CHANGE)
    assert status == 204


@pytest.mark.parametrize("passcode", ["12345", "1234567", "abcdef", "123456", "987654", "777777"])
async def test_a_passcode_that_anybody_guesses_is_refused(ada: Investor, passcode: str) -> None:
    await ada.logged_in()
    body = {"password": PASSWORD, "passcode": passcode}
    assert await ada.refused("PUT", "/v1/auth/passcode", body) == (422, "ERR_4210", "passcode")


async def test_an_authenticator_stays_until_the_next_one_shows_a_code(ada: Investor) -> None:
    await (await ada.logged_in()).protected()
    confirm = ("POST", "/v1/auth/authenticator/confirm", {"code": "000000"})
    assert await ada.refused(*confirm) == (409, "ERR_2109", None)
    await ada.stepped_up()
    before = ada.secret
    offer = await ada.post("/v1/auth/authenticator", {"password": PASSWORD})
    assert await ada.refused(*confirm) == WRONG
    await ada.stepped_up()
    ada.secret = offer["secret"]
    ada.world.clock.advance(CODE_LASTS_S)
    await ada.post("/v1/auth/authenticator/confirm", {"code": ada.shown()})
    ada.secret, after = before, ada.secret
    ada.world.clock.advance(CODE_LASTS_S)
    assert await step_up(ada) == 403
    ada.secret = after
    assert await step_up(ada) == 200


async def test_who_gives_the_authenticator_up_proves_nothing_more(ada: Investor) -> None:
    await (await ada.logged_in()).protected()
    await ada.stepped_up()
    status, _ = await ada.ask("DELETE", "/v1/auth/authenticator")
    assert status == 204
    assert await step_up(ada) == 403
    assert await step_up(ada, code=ada.recovery_codes[0]) == 403


async def test_each_change_is_in_the_audit_trail_and_no_secret_is(ada: Investor) -> None:
    await (await ada.logged_in()).protected()
    await ada.stepped_up()
    assert (await kinds(ada.world))[-3:] == [
        "credentials_changed",
        "credentials_changed",
        "step_up",
    ]
    told = str(list(ada.world.database.audit_records.values()))
    assert not any(secret in told for secret in (PASSCODE, ada.secret, *ada.recovery_codes))


async def test_an_authenticator_offered_before_does_not_replace_one_without_a_fresh_proof(
    ada: Investor,
) -> None:
    await (await ada.logged_in()).protected()
    await ada.stepped_up()
    offered = await ada.post("/v1/auth/authenticator", {"password": PASSWORD})
    credentials = {"email": ada.email, "password": PASSWORD}
    ada.take(await ada.post("/v1/auth/login", credentials))
    ada.world.clock.advance(CODE_LASTS_S)
    now = ada.world.clock.now()
    shown = {"code": ada.world.codes.shown(offered["secret"], at=now)}
    stale = await ada.refused("POST", "/v1/auth/authenticator/confirm", shown)
    assert stale == (403, "ERR_2103", None)
    await ada.post("/v1/auth/step-up", {"passcode": PASSCODE, "code": ada.shown()})
    assert await ada.post("/v1/auth/authenticator/confirm", shown)
