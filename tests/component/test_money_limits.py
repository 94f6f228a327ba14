"""Limits of tiers through the API: shown, and told of by whoever is refused."""

from __future__ import annotations

import asyncio

import attrs
import pytest

from domain.limits import Cap, Limits, TierLimits
from entrypoints.http.views.reasons import IN_REVIEW
from tests.component.investor import Investor
from tests.support.builders import SOMEWHERE, dollars
from tests.support.world import BASKET, World

CAP = Cap(day=dollars("300.00"), month=dollars("500.00"))
BASIC = TierLimits(
    deposit=CAP,
    withdrawal=attrs.evolve(CAP, day=dollars("30.00")),
    trade=attrs.evolve(CAP, day=dollars("200.00")),
)
PERIODS = ("day", "month")
WITHDRAWAL = {"amount": "20.00", "chain": "polygon", "destination": SOMEWHERE}


@pytest.fixture
def world() -> World:
    return World(limits=Limits(basic=BASIC, plus=BASIC))


async def used(ada: Investor) -> dict[tuple[str, str], str]:
    found = await ada.get("/v1/limits")
    return {
        (limit["activity"], limit["period"]): limit["used"]["value"] for limit in found["limits"]
    }


async def test_limits_are_shown_to_whoever_is_logged_in(ada: Investor) -> None:
    await ada.logged_in()
    found = await ada.get("/v1/limits")
    assert found["tier"] == "basic"
    assert found["limits"][2] == {
        "activity": "withdrawal",
        "period": "day",
        "limit": {"value": "30.00", "asset": "USD"},
        "used": {"value": "0.00", "asset": "USD"},
        "remaining": {"value": "30.00", "asset": "USD"},
        "resets_at": "2026-01-06T00:00:00.000Z",
    }
    assert found["limits"][3]["resets_at"] == "2026-02-01T00:00:00.000Z"


async def test_whoever_is_refused_is_told_what_remains_and_when_it_resets(ada: Investor) -> None:
    await ada.funded()
    await ada.post("/v1/withdrawals", WITHDRAWAL)
    status, problem = await ada.ask("POST", "/v1/withdrawals", WITHDRAWAL)
    assert (status, problem["code"], problem["retryable"]) == (422, "ERR_5501", False)
    shown = (await ada.get("/v1/limits"))["limits"]
    assert problem["limit"] == shown[2]
    assert problem["limit"]["remaining"]["value"] == "10.00"
    assert problem["detail"] == "10.00 USD of the withdrawal limit of 30.00 USD per day remain"


async def test_a_refusal_is_repeated_under_its_key_as_it_was(ada: Investor) -> None:
    await ada.funded()
    ada.headers["Idempotency-Key"] = "a-key"
    over = WITHDRAWAL | {"amount": "30.01"}
    first = await ada.ask("POST", "/v1/withdrawals", over)
    assert first[1]["limit"]["remaining"]["value"] == "30.00"
    ada.headers["Idempotency-Key"] = "another-key"
    await ada.post("/v1/withdrawals", WITHDRAWAL)
    ada.headers["Idempotency-Key"] = "a-key"
    assert await ada.ask("POST", "/v1/withdrawals", over) == first


async def test_every_activity_is_limited(ada: Investor) -> None:
    await ada.funded()
    deposit = {"chain": "polygon", "amount": "50.01"}
    order = {"symbol": "AAPL", "side": "buy", "type": "market", "notional": "200.01"}
    basket = {"basket": BASKET.id, "notional": "200.01"}
    for path, body, activity in (
        ("/v1/deposits", deposit, "deposit"),
        ("/v1/orders", order, "trade"),
        ("/v1/orders", basket, "trade"),
    ):
        status, problem = await ada.ask("POST", path, body)
        assert (status, problem["code"]) == (422, "ERR_5501"), path
        assert (problem["limit"]["activity"], problem["limit"]["period"]) == (activity, "day")
    others = {(name, period): "0.00" for name in ("withdrawal", "trade") for period in PERIODS}
    assert await used(ada) == {("deposit", period): "250.00" for period in PERIODS} | others


async def test_of_many_withdrawals_at_once_as_many_are_taken_as_there_is_room_for(
    ada: Investor,
) -> None:
    await ada.funded()
    body = WITHDRAWAL | {"amount": "6.00"}
    answers = await asyncio.gather(*(ada.ask("POST", "/v1/withdrawals", body) for _ in range(10)))
    assert sorted(status for status, _ in answers) == [202] * 5 + [422] * 5
    assert (await used(ada))["withdrawal", "day"] == "30.00"


async def test_what_arrives_over_the_limit_waits_for_staff(ada: Investor) -> None:
    await ada.funded()
    (wallet,) = (await ada.get("/v1/wallets"))["items"]
    await ada.arrive(wallet["address"], "60.00")
    held = (await ada.get("/v1/deposits"))["items"][0]
    assert (held["stage"], held["reason"], held["net"]) == ("manual_review", IN_REVIEW, None)
    assert (await used(ada))["deposit", "day"] == "250.00"
