"""Wallets, deposits and withdrawals: amounts are taken to the last decimal or not at all."""

from __future__ import annotations

from typing import Any

import pytest

from domain.wallets.chain import Chain
from tests.component.investor import Investor
from tests.support.builders import SOMEWHERE
from tests.support.world import World

ZERO = f"0x{'0' * 40}"


async def test_a_wallet_is_made_once_and_has_its_address_later(ada: Investor, world: World) -> None:
    await ada.onboarded()
    status, wallet = await ada.ask("POST", "/v1/wallets", {"chain": "polygon"})
    assert (status, wallet["address"]) == (202, None)
    await world.run_jobs()
    status, again = await ada.ask("POST", "/v1/wallets", {"chain": "polygon"})
    assert (status, again["id"], again["stage"]) == (201, wallet["id"], "live")
    listed = await ada.get("/v1/wallets")
    assert listed == {"items": [again], "next_cursor": None}


async def test_a_deposit_is_announced_and_says_where_to_send(ada: Investor) -> None:
    await ada.with_wallet()
    (wallet,) = (await ada.get("/v1/wallets"))["items"]
    body = {"chain": "polygon", "amount": "12.345678"}
    status, deposit = await ada.ask("POST", "/v1/deposits", body)
    assert (status, deposit["stage"], deposit["address"]) == (201, "expected", wallet["address"])
    assert deposit["amount"] == {"value": "12.345678", "asset": "USDC"}
    assert (deposit["net"], deposit["fee"], deposit["tx_hash"]) == (None, None, None)
    assert await ada.get(f"/v1/deposits/{deposit['id']}") == deposit
    assert await ada.get(f"/v1/deposits/{deposit['id'].upper()}") == deposit


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ({"chain": "polygon", "amount": 10}, (422, "ERR_4103", "amount")),
        ({"chain": "polygon", "amount": "1e2"}, (422, "ERR_4103", "amount")),
        ({"chain": "polygon", "amount": "9" * 25}, (422, "ERR_4103", "amount")),
        ({"chain": "polygon", "amount": "1.0000001"}, (422, "ERR_4102", "amount")),
        ({"chain": "polygon", "amount": "0"}, (422, "ERR_5101", "amount")),
        ({"chain": "polygon", "amount": "-1"}, (422, "ERR_5101", "amount")),
        ({"chain": "dogecoin", "amount": "1"}, (422, "ERR_5001", "chain")),
        ({"chain": "solana", "amount": "1"}, (409, "ERR_5003", "chain")),
        ({"amount": "1"}, (422, "ERR_4001", "chain")),
    ],
)
async def test_a_deposit_is_refused_by_field(ada: Investor, body: Any, refusal: Any) -> None:
    await ada.with_wallet()
    assert await ada.refused("POST", "/v1/deposits", body) == refusal


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"amount": 50.0}, (422, "ERR_4103", "amount")),
        ({"amount": "50.001"}, (422, "ERR_4102", "amount")),
        ({"amount": "4.99"}, (422, "ERR_5201", "amount")),
        ({"destination": "0x123"}, (422, "ERR_5002", "destination")),
        ({"amount": "1000000.00"}, (422, "ERR_5902", None)),
    ],
)
async def test_a_withdrawal_is_refused_by_field(ada: Investor, change: Any, refusal: Any) -> None:
    await ada.funded()
    before = await ada.get("/v1/balances")
    body = {"amount": "50.00", "chain": "polygon", "destination": SOMEWHERE} | change
    assert await ada.refused("POST", "/v1/withdrawals", body) == refusal
    assert await ada.get("/v1/balances") == before
    assert (await ada.get("/v1/withdrawals"))["items"] == []


async def test_deposits_are_paged_from_the_newest(ada: Investor) -> None:
    await ada.with_wallet()
    made = [
        (await ada.post("/v1/deposits", {"chain": "polygon", "amount": f"{n}.00"}))["id"]
        for n in range(1, 6)
    ]
    first = await ada.get("/v1/deposits?limit=2")
    second = await ada.get(f"/v1/deposits?limit=2&cursor={first['next_cursor']}")
    third = await ada.get(f"/v1/deposits?limit=2&cursor={second['next_cursor']}")
    listed = [item["id"] for page in (first, second, third) for item in page["items"]]
    assert listed == made[::-1]
    assert third["next_cursor"] is None


async def test_a_cursor_of_another_list_is_refused(ada: Investor) -> None:
    await ada.logged_in()
    page = await ada.get("/v1/assets?limit=1")
    path = f"/v1/deposits?cursor={page['next_cursor']}"
    assert await ada.refused("GET", path) == (422, "ERR_4001", "cursor")


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
    treasury = (await world.app.wallets.treasury(Chain.POLYGON)).record.location().address
    for spelling in (treasury, f"0x{treasury[2:].upper()}"):
        body = {"amount": "10.00", "chain": "polygon", "destination": spelling}
        refused = await ada.refused("POST", "/v1/withdrawals", body)
        assert refused == (422, "ERR_5002", "destination")
    assert (await ada.get("/v1/withdrawals"))["items"] == []
