"""Requests that are well formed and must not be taken: each would lose money or admit nobody."""

from __future__ import annotations

from typing import Any

import pytest

from domain.wallets.chain import Chain
from tests.component.investor import PASSWORD, PROFILE, Investor
from tests.support.world import World

ZERO = f"0x{'0' * 40}"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("date_of_birth", "2999-01-01"),
        ("date_of_birth", "0001-01-01"),
        ("phone", "123"),
        ("phone", "5556667788"),
        ("phone", "+1555666778899001122"),
    ],
)
async def test_only_a_living_adult_who_can_be_called_opens_accounts(
    ada: Investor, field: str, value: str
) -> None:
    await ada.logged_in()
    refused = await ada.refused("POST", "/v1/onboarding", PROFILE | {field: value})
    assert refused == (422, "ERR_4001", field)
    assert (await ada.ask("GET", "/v1/onboarding"))[0] == 404


async def test_somebody_becomes_an_investor_on_the_eighteenth_birthday(
    ada: Investor, world: World
) -> None:
    await ada.logged_in()
    today = world.clock.now().date()
    born = today.replace(year=today.year - 18, day=min(today.day, 28))
    minor = born.replace(year=born.year + 1).isoformat()
    refused = await ada.refused("POST", "/v1/onboarding", PROFILE | {"date_of_birth": minor})
    assert refused == (422, "ERR_4001", "date_of_birth")
    await ada.post("/v1/onboarding", PROFILE | {"date_of_birth": born.isoformat()})


@pytest.mark.parametrize(("chain", "nobody"), [("polygon", ZERO), ("solana", "1" * 32)])
async def test_nothing_is_sent_where_it_would_be_lost(
    ada: Investor, world: World, chain: str, nobody: str
) -> None:
    await ada.funded()
    await world.app.wallets.ensure_treasury([Chain.SOLANA])
    await world.run_jobs()
    body = {"amount": "10.00", "chain": chain, "destination": nobody}
    refused = await ada.refused("POST", "/v1/withdrawals", body)
    assert refused == (422, "ERR_5002", "destination")


async def test_the_treasury_does_not_pay_itself(ada: Investor, world: World) -> None:
    await ada.funded()
    treasury = (await world.app.wallets.treasury(Chain.POLYGON)).address
    for spelling in (treasury, f"0x{treasury[2:].upper()}"):
        body = {"amount": "10.00", "chain": "polygon", "destination": spelling}
        refused = await ada.refused("POST", "/v1/withdrawals", body)
        assert refused == (422, "ERR_5002", "destination")
    assert (await ada.get("/v1/withdrawals"))["items"] == []


@pytest.mark.parametrize("price", ["100.123", f"0.{'0' * 29}1", f"1.{'1' * 30}"])
async def test_a_price_that_no_exchange_takes_is_refused_at_the_door(
    ada: Investor, price: str
) -> None:
    await ada.funded()
    body: dict[str, Any] = {"symbol": "AAPL", "side": "buy", "type": "limit", "quantity": "1"}
    refused = await ada.refused("POST", "/v1/orders", body | {"limit_price": price})
    assert refused == (422, "ERR_5303", "limit_price")


@pytest.mark.parametrize("hidden", ["\u202e", "\u200b", "\u00ad"])
async def test_an_email_address_shows_all_of_itself(ada: Investor, hidden: str) -> None:
    body = {"email": f"a{hidden}da@example.org", "password": PASSWORD}
    assert await ada.refused("POST", "/v1/auth/register", body) == (422, "ERR_4201", "email")
