"""Faults of requests: the caller's answer, and whether there was an effect."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.fault_client import FaultClient
from tests.sandbox.providers_client import open_sandbox
from tests.support.waiting import eventually


@pytest.fixture
async def faults() -> AsyncIterator[FaultClient]:
    async with open_sandbox(None) as providers:
        faults = FaultClient(providers)
        await faults.fill_firm()
        yield faults


@pytest.mark.parametrize(
    ("fault", "status", "effects"),
    [
        ("error", 500, 0),
        ("unavailable", 503, 0),
        ("throttled", 429, 0),
        ("slow", 200, 1),
        ("timeout-before", 0, 0),
        ("timeout-after", 0, 1),
        ("reset", 0, 0),
        ("malformed", 200, 1),
        ("unlisted", 0, 1),
    ],
)
async def test_a_fault_shows_as_it_should_and_leaves_the_effect_it_should(
    faults: FaultClient, fault: str, status: int, effects: int
) -> None:
    account = await faults.providers.investor()
    shorter = {"timeout": {"hold_s": 0.1}, "slow": {"delay_s": 0.1}, "unlisted": {"lag_s": 0.1}}
    action = shorter.get(fault.partition("-")[0], {})
    await faults.switch_on(f"alpaca-journal-{fault}", action=action)

    answer = await faults.journal(account)
    await eventually(lambda: _has_come(faults, effects))
    assert (answer.status, len(await faults.journals())) == (status, effects)
    assert (answer.retry_after is not None) == (fault == "throttled")
    assert (answer.body is None) == (fault == "malformed" or status == 0)

    again = await faults.journal(account)
    assert (again.status, len(await faults.journals())) == (200, 1)
    assert await faults.fired(f"alpaca-journal-{fault}") == 1
    _, seen = await faults.control("GET", "/requests")
    struck = [each for each in seen["requests"] if each["fault"]]
    assert [(each["path"], each["status"] or 0) for each in struck] == [("/v1/journals", status)]


async def _has_come(faults: FaultClient, effects: int) -> bool:
    return len(await faults.journals()) >= effects


async def test_a_connection_is_held_as_long_as_it_says(faults: FaultClient) -> None:
    account = await faults.providers.investor()
    await faults.switch_on("alpaca-journal-timeout-after", action={"hold_s": 0.3})
    started = time.monotonic()
    assert (await faults.journal(account)).status == 0
    assert time.monotonic() - started >= 0.3


async def test_an_effect_comes_after_the_caller_has_left(faults: FaultClient) -> None:
    account = await faults.providers.investor()
    await faults.switch_on("alpaca-journal-late-effect", action={"delay_s": 0.3})
    assert (await faults.journal(account)).status == 0
    assert await faults.journals() == []
    await eventually(faults.journals)


async def test_what_exists_is_not_shown_for_a_while(faults: FaultClient) -> None:
    account = await faults.providers.investor()
    await faults.switch_on("alpaca-journal-unlisted", action={"lag_s": 0.5})
    assert (await faults.journal(account)).status == 0
    (made,) = await faults.journals()
    assert await faults.providers.call("GET", "/alpaca/v1/journals") == []
    one = f"/alpaca/v1/journals/{made['id']}"
    assert await faults.status_of(one) == 404

    async def is_shown() -> bool:
        return await faults.status_of(one) == 200

    await eventually(is_shown)
    assert len(await faults.providers.call("GET", "/alpaca/v1/journals")) == 1


async def test_each_provider_refuses_in_its_own_words(faults: FaultClient) -> None:
    for provider, path, field in (
        ("circle", "/circle/v1/w3s/wallets", "message"),
        ("alpaca", "/alpaca/v1/journals", "code"),
        ("due", "/due/v1/accounts", "statusCode"),
    ):
        rule = {"name": provider, "match": {"provider": provider}, "action": {"kind": "error"}}
        await faults.control("POST", "/faults", rule)
        answer = await faults.post(path, {})
        assert answer.status == 500
        assert field in answer.body


async def test_a_rule_strikes_from_its_nth_match_on_and_no_more_often_than_it_says(
    faults: FaultClient,
) -> None:
    match = {"provider": "alpaca", "path": "/v1/journals", "nth": 2, "times": 2}
    rule = {"name": "n", "match": match, "action": {"kind": "error", "status": 503}}
    await faults.control("POST", "/faults", rule)
    account = await faults.providers.investor()
    statuses = [(await faults.journal(account, key=str(n))).status for n in range(5)]
    assert statuses == [200, 503, 503, 200, 200]


async def test_a_rule_looks_into_the_body_and_at_the_method(faults: FaultClient) -> None:
    rule = {
        "name": "of two",
        "match": {"method": "POST", "body": {"entry_type": "JNL?", "amount": "2"}},
        "action": {"kind": "error"},
    }
    await faults.control("POST", "/faults", rule)
    account = await faults.providers.investor()
    answers = [await faults.journal(account, amount=str(n), key=str(n)) for n in (1, 2, 3)]
    assert [answer.status for answer in answers] == [200, 500, 200]


async def test_chance_is_the_seeds_and_therefore_the_same_again() -> None:
    async def struck() -> list[int]:
        async with open_sandbox(None, seed=7) as providers:
            faults = FaultClient(providers)
            match = {"provider": "due", "probability": 0.5}
            rule = {"name": "half", "match": match, "action": {"kind": "error", "status": 503}}
            await faults.control("POST", "/faults", rule)
            return [(await faults.post("/due/v1/accounts", {})).status for _ in range(40)]

    first = await struck()
    assert 5 < first.count(503) < 35
    assert await struck() == first


async def test_a_rule_is_over_when_its_time_is(faults: FaultClient) -> None:
    _, clock = await faults.control("GET", "/clock")
    until = clock["now"].replace("Z", "+00:00")
    rule: dict[str, Any] = {"name": "today", "action": {"kind": "error"}}
    await faults.control("POST", "/faults", {**rule, "match": {"provider": "due", "until": until}})
    assert (await faults.post("/due/v1/accounts", {})).status == 500
    await faults.providers.advance(1)
    assert (await faults.post("/due/v1/accounts", {})).status != 500


async def test_faults_are_kept_with_the_state(tmp_path: Path) -> None:
    state = tmp_path / "state"
    async with open_sandbox(state) as providers:
        faults = FaultClient(providers)
        await faults.fill_firm()
        await faults.switch_on("alpaca-journal-error", match={"times": 2})
        account = await providers.investor()
        await faults.journal(account)
    async with open_sandbox(state) as providers:
        faults = FaultClient(providers)
        assert await faults.fired("alpaca-journal-error") == 1
        statuses = [(await faults.journal(account)).status for _ in range(2)]
        assert statuses == [500, 200]


async def test_the_clock_has_three_modes(faults: FaultClient) -> None:
    modes = [
        ({"mode": "accelerated", "rate": 20}, ("accelerated", 20)),
        ({"mode": "real"}, ("real", 1)),
        ({"mode": "stepped"}, ("stepped", 0)),
        ({"speed": 3}, ("accelerated", 3)),
        ({"mode": "stepped", "advance_s": 60}, ("stepped", 0)),
    ]
    for change, shown in modes:
        _, clock = await faults.control("POST", "/clock", change)
        assert (clock["mode"], clock["speed"]) == shown
    for wrong, field in (
        ({"mode": "accelerated"}, "rate"),
        ({"mode": "accelerated", "rate": 0}, "rate"),
        ({"mode": "real", "rate": 2}, "rate"),
        ({"mode": "backwards"}, "mode"),
    ):
        status, refusal = await faults.control("POST", "/clock", wrong)
        assert (status, refusal["error"]["field"]) == (400, field)
