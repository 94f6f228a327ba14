"""The running worker compares every owner's books with the world, and finds what was planted there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from tests.e2e.books import Books, open_books
from tests.e2e.command import command
from tests.e2e.investor import Investor, newcomers
from tests.e2e.plants import OFTEN, Plants, plants_in
from tests.support.databases import Databases
from tests.support.stack import Stack, stack_on

pytestmark = pytest.mark.soak


@pytest.fixture(scope="module")
def stack(
    databases: Databases, redis_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    """A stack whose worker reconciles all the time. Polling is off: an arrival may be missed."""
    folder = tmp_path_factory.mktemp("reconciling")
    with stack_on(databases, folder=folder, redis_url=redis_server, variables=OFTEN) as running:
        yield running


@pytest.fixture
async def differing(stack: Stack) -> AsyncIterator[Books]:
    """The books, of which a test says where they differ."""
    async with open_books(stack.dsn) as opened:
        yield opened


@pytest.fixture
async def plants(stack: Stack, differing: Books) -> AsyncIterator[Plants]:
    async with plants_in(stack, differing) as planting:
        yield planting


@pytest.mark.situation(
    "two investors deposit, buy, sell and withdraw while the books are compared all the time",
    must="nothing in flight becomes a break",
)
async def test_traffic_raises_nothing(
    stack: Stack, plants: Plants, was: Callable[[str], None]
) -> None:
    async with newcomers(stack, count=2) as people:
        await asyncio.gather(*(_whole_way(each) for each in people))
        await plants.runs_pass()
    opened = await plants.books.count(
        "process_steps s JOIN processes p ON p.id = s.process_id"
        " WHERE p.kind = 'Break' AND s.stage_after = 'open'"
    )
    was(f"{opened} breaks opened")
    assert opened == 0


async def _whole_way(investor: Investor) -> None:
    walk = investor.walk
    await investor.funded()
    for step in (walk.buy, walk.buy_basket, walk.sell, walk.withdraw):
        await step()


@pytest.mark.situation(
    "a second journal, a foreign journal and order, a closed position, a stranger's USDC",
    must="each is found in the running worker and rightly classed",
)
async def test_what_others_do_at_the_providers_is_found(
    stack: Stack, ann: Investor, eve: Investor, plants: Plants
) -> None:
    await asyncio.gather(ann.funded(), eve.funded())
    await eve.walk.buy()
    hers, other = await plants.account(ann.id), await plants.account(eve.id)
    deposit = (await eve.api.get("/v1/deposits"))["items"][0]["id"]
    await plants.runs_pass()

    await plants.close(other, "AAPL")
    await plants.order(other, "MSFT", "0.1")
    await plants.journal(hers, plants.firm, "247.50", "desk")
    await plants.firm_has("247.50")
    await plants.journal(plants.firm, other, "247.50", f"{deposit}:funding:1")
    await plants.send_usdc(await plants.treasury(), "33")
    await plants.runs_pass(8)

    found = await plants.breaks()
    told = [(owner, place, cls) for owner, place, cls, _ in found]
    assert sorted(told) == sorted(
        [
            ("firm", "custodian", "missing"),
            ("firm", "broker", "own_act"),
            ("firm", "broker", "duplicate"),
            (ann.id, "broker", "own_act"),
            (eve.id, "broker", "duplicate"),
            *[(eve.id, "broker", "own_act")] * 4,
        ]
    ), found


@pytest.mark.situation(
    "the chain has USDC in a wallet that the custodian has not seen, and lacks some that it shows",
    must="both are found by the chain's own node and classed",
)
async def test_the_chain_itself_is_compared(ann: Investor, eve: Investor, plants: Plants) -> None:
    await asyncio.gather(ann.opened(), eve.opened())
    await eve.send("0.50")
    await eve.deposits("failed")
    for investor, amount, direction in ((ann, "5", "in"), (eve, "0.25", "out")):
        body = {"destination": investor.wallets["polygon"], "amount": amount}
        unseen = {"blockchain": "MATIC-AMOY", "direction": direction, **body}
        await plants.sandbox.post("/sandbox/chain/unseen", unseen)
    await plants.runs_pass(8)
    found = [each for each in await plants.breaks() if each[1] == "chain"]
    assert sorted(found) == sorted(
        [
            (ann.id, "chain", "missing", "5.000000 USDC/6"),
            (eve.id, "chain", "orphan", "-0.250000 USDC/6"),
        ]
    )


@pytest.mark.situation(
    "no webhook reports an arrival, and nothing polls for it",
    must="reconciliation hands it to a deposit, which ends as any other",
)
async def test_a_missed_deposit_is_taken_in(stack: Stack, ann: Investor, plants: Plants) -> None:
    await ann.opened()
    rule = {"name": "mute", "match": {"provider": "circle"}, "action": {"kind": "drop"}}
    await plants.sandbox.post("/sandbox/faults", {"rules": [rule]})
    await ann.send("100.00")
    try:
        await ann.deposits("broker_funded")
    finally:
        await plants.sandbox.call("DELETE", "/sandbox/faults", None)


async def test_the_command_compares_everybody(stack: Stack, plants: Plants) -> None:
    ran = await command(stack, "reconcile")
    assert ran.code == (1 if await plants.breaks() else 0), ran.output
