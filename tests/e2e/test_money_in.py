"""USDC on its way in: whatever the notifications do, every transfer is credited exactly once."""

from __future__ import annotations

import asyncio

import attrs
import orjson

from tests.e2e.books import Books
from tests.e2e.circle import Letter, intercepted
from tests.e2e.investor import Investor
from tests.support.stack import Stack

COPIES = 20
ONCE = [
    "deposit_confirmed",
    "usdc_sent_to_offramp",
    "converted",
    "buying_power_credited",
]


async def test_twenty_copies_of_a_notification_in_the_wrong_order_credit_once(
    stack: Stack, ann: Investor, books: Books
) -> None:
    await ann.opened()
    async with intercepted(stack) as mail:
        letters = await mail.about(await ann.send("250.00"))
        confirmed, complete = letters
        assert (confirmed.state, complete.state) == ("CONFIRMED", "COMPLETE")

        answers = await asyncio.gather(*(mail.deliver(complete) for _ in range(COPIES)))
        answers += await asyncio.gather(*(mail.deliver(confirmed) for _ in range(COPIES)))
        (deposit,) = await ann.deposits("broker_funded")
        answers += await asyncio.gather(
            *(mail.deliver(letter) for letter in letters for _ in range(COPIES))
        )

    assert answers == [200] * 4 * COPIES
    (deposit,) = await ann.deposits("broker_funded")
    assert await books.entries(deposit["id"]) == ONCE
    assert await books.balances(ann.id) == {"broker USD": "247.50", "cash USD": "247.50"}
    for letter in letters:
        notification_id = letter.content["notificationId"]
        assert await books.count("messages WHERE id = $1", notification_id) == 1
        assert await books.count("jobs WHERE id LIKE '%' || $1", notification_id) == 1


async def test_what_is_smaller_than_a_cent_is_kept_as_dust(ann: Investor, books: Books) -> None:
    await ann.opened()
    announced = await ann.api.post("/v1/deposits", {"chain": "polygon", "amount": "250.000001"})
    await ann.send("250.000001")

    (deposit,) = await ann.deposits("broker_funded")
    assert deposit["id"] == announced["id"]
    assert (deposit["amount"]["value"], deposit["dust"]["value"]) == ("250.000001", "0.000001")
    assert await books.balances(ann.id) == {
        "custody USDC": "0.000001",
        "dust USDC": "0.000001",
        "broker USD": "247.50",
        "cash USD": "247.50",
    }
    shown = {b["asset"]: b for b in (await ann.api.get("/v1/balances"))["items"]}
    assert shown["USDC"]["dust"] == "0.000001"


async def test_two_transfers_in_one_chain_transaction_are_two_deposits(
    ann: Investor, books: Books
) -> None:
    await ann.opened()
    tx_hash = await ann.send("100.00", "40.00")

    deposits = await ann.deposits("broker_funded", "broker_funded")
    assert sorted(deposit["amount"]["value"] for deposit in deposits) == [
        "100.000000",
        "40.000000",
    ]
    assert {deposit["tx_hash"] for deposit in deposits} == {tx_hash}
    assert await books.balances(ann.id) == {"broker USD": "135.00", "cash USD": "135.00"}


async def test_a_forged_notification_is_refused_and_leaves_no_trace(
    stack: Stack, ann: Investor, books: Books
) -> None:
    await ann.opened()
    async with intercepted(stack) as mail:
        genuine, other = await mail.about(await ann.send("10.00"))
        richer = genuine.content
        richer["notification"]["amounts"] = ["10000.00"]
        forgeries = [
            attrs.evolve(genuine, body=orjson.dumps(richer)),
            attrs.evolve(genuine, headers=other.headers),
            attrs.evolve(genuine, headers=_with(genuine, "X-Circle-Signature", "bm90IHNpZ25lZA==")),
            attrs.evolve(genuine, headers=_with(genuine, "X-Circle-Key-Id", "0" * 8)),
            attrs.evolve(genuine, headers={"Content-Type": "application/json"}),
        ]
        assert [await mail.deliver(forgery) for forgery in forgeries] == [401] * len(forgeries)

        notification_id = genuine.content["notificationId"]
        assert await books.count("messages WHERE id = $1", notification_id) == 0
        assert await books.count("jobs WHERE id LIKE '%' || $1", notification_id) == 0
        assert (await ann.api.get("/v1/deposits"))["items"] == []

        assert [await mail.deliver(letter) for letter in (genuine, other)] == [200, 200]
    (deposit,) = await ann.deposits("broker_funded")
    assert deposit["amount"]["value"] == "10.000000"


async def test_a_deposit_on_solana_goes_all_the_way(ann: Investor, books: Books) -> None:
    await ann.opened()
    announced = await ann.api.post("/v1/deposits", {"chain": "solana", "amount": "250.00"})
    await ann.send("250.00", chain="solana")

    (deposit,) = await ann.deposits("broker_funded")
    assert (deposit["id"], deposit["chain"]) == (announced["id"], "solana")
    assert await books.entries(deposit["id"]) == ONCE
    assert await books.balances(ann.id) == {"broker USD": "247.50", "cash USD": "247.50"}
    world = await ann.sandbox.get("/sandbox/books")
    accounts = [each["reference"] for each in world["due"]["virtual_accounts"]]
    assert [name for name in accounts if deposit["id"] in name] == [f"{deposit['id']}:offramp:1"]


async def test_a_deposit_that_nobody_announced_is_credited(ann: Investor, books: Books) -> None:
    await ann.opened()
    await ann.api.post("/v1/deposits", {"chain": "polygon", "amount": "99.00"})
    await ann.send("12.34")

    funded, expected = await ann.deposits("broker_funded", "expected")
    assert expected["amount"]["value"] == "99.000000"
    assert funded["amount"]["value"] == "12.340000"
    assert await books.balances(ann.id) == {"broker USD": "9.84", "cash USD": "9.84"}


def _with(letter: Letter, name: str, value: str) -> dict[str, str]:
    return {**letter.headers, name: value}
