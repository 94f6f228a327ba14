"""The whole way in and out at the other off-ramp, chosen by one setting; Due is asked for nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.books import Books
from tests.e2e.investor import Investor
from tests.support.databases import Databases
from tests.support.stack import Stack, stack_on


@pytest.fixture(scope="module")
def stack(
    databases: Databases, redis_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    with stack_on(
        databases,
        folder=tmp_path_factory.mktemp("harbor"),
        redis_url=redis_server,
        variables={"STACK__OFFRAMP__PROVIDER": "harbor"},
    ) as running:
        yield running


async def test_usdc_becomes_buying_power_and_usdc_again(
    stack: Stack, ann: Investor, books: Books
) -> None:
    await ann.funded()
    await ann.walk.withdraw()
    assert await books.balances(ann.id) == {"broker USD": "197.50", "cash USD": "197.50"}
    async with stack.sandbox() as sandbox:
        world = await sandbox.get("/sandbox/books")
    assert world["due"]["transfers"] == world["due"]["virtual_accounts"] == []
    sold, bought = world["harbor"]["transfers"]
    assert [each["status"] for each in (sold, bought)] == ["completed"] * 2
    assert (sold["pays"]["asset"], bought["pays"]["asset"]) == ("USDC", "USD")
    processes = [each["reference"].partition(":")[0] for each in (sold, bought)]
    assert processes == ann.walk.processes
    deliveries = (await _deliveries(stack))["deliveries"]
    told = [each for each in deliveries if each["provider"] == "harbor"]
    assert told
    assert {each["status"] for each in told} == {200}


async def test_a_deposit_on_a_chain_that_it_does_not_serve_goes_to_a_person(
    stack: Stack, eve: Investor
) -> None:
    await eve.opened()
    await eve.send("25.000000", chain="solana")
    await eve.deposits("manual_review")


async def _deliveries(stack: Stack) -> dict[str, list[dict[str, object]]]:
    async with stack.sandbox() as sandbox:
        found: dict[str, list[dict[str, object]]] = await sandbox.get("/sandbox/webhooks")
    return found
