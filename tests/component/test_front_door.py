"""What people and their devices send: read by everybody in one way, or refused at the door."""

from __future__ import annotations

import secrets
import unicodedata
from typing import Any

import pytest

from domain.accounts.investor import normalized_password
from domain.ids import ProcessId
from domain.processes.facts.accounts import REHASHED, PasswordSet
from tests.component.investor import PASSCODE, Investor
from tests.support.world import World

JSON = {"Content-Type": "application/json"}
DEEP = '{"x":' + "[" * 255 + "]" * 255 + "}"
DEEPER = '{"x":' * 1000 + "1" + "}" * 1000
DEEPEST = '{"x":' + "[" * 100_000 + "]" * 100_000 + "}"
COMPOSED = unicodedata.normalize("NFC", "Zürich-café-0123")
DECOMPOSED = unicodedata.normalize("NFD", COMPOSED)
FULL_WIDTH = COMPOSED.replace("0123", "\uff10\uff11\uff12\uff13")
ROUTES = [
    ("POST", "/v1/auth/login"),
    ("POST", "/v1/auth/register"),
    ("POST", "/v1/auth/logout"),
    ("PUT", "/v1/auth/passcode"),
    ("POST", "/v1/auth/step-up"),
    ("POST", "/v1/onboarding"),
    ("POST", "/v1/deposits"),
    ("POST", "/v1/wallets"),
    ("POST", "/v1/orders"),
    ("POST", "/v1/orders/00000000-0000-7000-8000-000000000001/cancel"),
]


async def refused(ada: Investor, method: str, path: str, body: str, *, key: bool) -> Any:
    headers = {**JSON, **ada.headers}
    if key:
        headers["Idempotency-Key"] = secrets.token_hex(8)
    answer = await ada.client.request(method, path, data=body.encode(), headers=headers)
    return answer.status, (await answer.json(content_type=None))["code"]


@pytest.mark.situation(
    "a body of nested brackets", must="400 on every route, with a key or without"
)
@pytest.mark.parametrize("body", [DEEP, DEEPER, DEEPEST], ids=["255", "1000", "100000"])
async def test_a_nested_body_is_refused_at_the_door(ada: Investor, body: str) -> None:
    await ada.logged_in()
    for method, path in ROUTES:
        for key in (True, False):
            found = await refused(ada, method, path, body, key=key)
            assert found == (400, "ERR_4002"), (method, path, key)


@pytest.mark.situation("a body names one member twice", must="400")
@pytest.mark.parametrize(
    "body",
    [
        '{"chain":"polygon","amount":"1.00","amount":"9000.00"}',
        '{"chain":"polygon","amount":"1.00","am\\u006funt":"9000.00"}',
        '{"chain":"polygon","amount":{"a":1,"a":2}}',
        '{"chain":"polygon","amount":[{"a":1,"a":2}]}',
    ],
)
async def test_a_name_twice_is_refused(ada: Investor, body: str) -> None:
    await ada.with_wallet()
    assert await refused(ada, "POST", "/v1/deposits", body, key=True) == (400, "ERR_4002")


@pytest.mark.parametrize("amount", ["05.00", "00.10", "000000001.00", "-05.00"])
async def test_an_amount_has_no_leading_zeros(ada: Investor, amount: str) -> None:
    await ada.with_wallet()
    body = {"chain": "polygon", "amount": amount}
    assert await ada.refused("POST", "/v1/deposits", body) == (422, "ERR_4103", "amount")


@pytest.mark.situation(
    "a password is typed on another keyboard", must="it is the same password in every form"
)
@pytest.mark.parametrize("chosen", [COMPOSED, DECOMPOSED, FULL_WIDTH])
@pytest.mark.parametrize("typed", [COMPOSED, DECOMPOSED, FULL_WIDTH])
async def test_a_password_is_the_same_in_every_form(ada: Investor, chosen: str, typed: str) -> None:
    await ada.registered({"email": ada.email, "password": chosen})
    await ada.post("/v1/auth/login", {"email": ada.email, "password": typed})


async def test_a_hash_of_the_past_still_counts_and_is_renewed(ada: Investor, world: World) -> None:
    await ada.registered({"email": ada.email, "password": COMPOSED})
    raw = DECOMPOSED
    owner = await world.app.sessions.caller(
        (await ada.post("/v1/auth/login", {"email": ada.email, "password": COMPOSED}))[
            "access_token"
        ]
    )
    old = PasswordSet(password_hash=await world.passwords.hash(raw), reason=REHASHED)
    await world.app.processes.apply(ProcessId(owner.investor_id), old)
    wrong = {"email": ada.email, "password": COMPOSED}
    assert await ada.refused("POST", "/v1/auth/login", wrong) == (401, "ERR_2002", None)
    tokens = await ada.post("/v1/auth/login", {"email": ada.email, "password": raw})
    ada.take(tokens)
    await ada.post("/v1/auth/login", wrong)
    assert len((await ada.get("/v1/auth/sessions"))["items"]) == 3
    assert normalized_password(raw) == COMPOSED


@pytest.mark.situation("a code is typed as an authenticator shows it", must="it is the right code")
@pytest.mark.parametrize(
    "typed",
    [
        "{0} {1}",
        " {0}{1} ",
        "{0}-{1}",
        "{0}\u00a0{1}",
        "{0}\u2013{1}",
        "full width",
        "other digits",
    ],
)
async def test_a_code_is_read_however_it_is_typed(ada: Investor, typed: str) -> None:
    await (await ada.logged_in()).protected()
    ada.world.clock.advance(30)
    shown = ada.shown()
    code = typed.format(shown[:3], shown[3:])
    if typed == "full width":
        code = "".join(chr(0xFF10 + int(digit)) for digit in shown)
    if typed == "other digits":
        code = "".join(chr(0x0660 + int(digit)) for digit in shown)
    passcode = f"{PASSCODE[:3]} {PASSCODE[3:]}"
    await ada.post("/v1/auth/step-up", {"passcode": passcode, "code": code})


@pytest.mark.situation(
    "what cannot be a code is typed often", must="the right one is not locked out"
)
@pytest.mark.parametrize(
    ("passcode", "code", "field"),
    [(PASSCODE, "12345", "code"), (PASSCODE, "12345a", "code"), ("12", "123456", "passcode")],
)
async def test_what_cannot_be_a_code_is_no_guess(
    ada: Investor, passcode: str, code: str, field: str
) -> None:
    await (await ada.logged_in()).protected()
    for _ in range(10):
        body = {"passcode": passcode, "code": code}
        assert await ada.refused("POST", "/v1/auth/step-up", body) == (422, "ERR_4212", field)
    await ada.stepped_up()
