"""The other strategy of funding: the broker lends the dollars, and is paid when ours have come."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from entrypoints.cli.api import until
from tests.e2e.books import Books
from tests.e2e.investor import Investor
from tests.support.databases import Databases
from tests.support.stack import Stack, stack_on

VARIABLES = {"STACK__FUNDING__STRATEGY": "instant", "STACK__WORKER__SETTLE_S": "0.5"}


@pytest.fixture(scope="module")
def stack(
    databases: Databases, redis_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("stack")
    with stack_on(databases, folder=folder, redis_url=redis_server, variables=VARIABLES) as running:
        yield running


async def paid_for(ann: Investor, cash: str) -> Any:
    """The broker's books once an account holds ``cash`` that is not lent."""

    async def books() -> Any:
        return (await ann.sandbox.get("/sandbox/books"))["alpaca"]

    def is_paid(alpaca: Any) -> bool:
        return cash in {account["cash"] for account in alpaca["accounts"].values()}

    return await until(books, is_paid, what="the payment for what was lent")


async def test_what_the_broker_lent_is_spent_at_once_and_paid_for_by_the_worker(
    ann: Investor, books: Books
) -> None:
    await ann.opened()
    await ann.send("250.00")
    (deposit,) = await ann.deposits("broker_funded")
    assert await books.balances(ann.id) == {"broker USD": "247.50", "cash USD": "247.50"}
    order = {"symbol": "AAPL", "side": "buy", "type": "market", "notional": "60.00"}
    placed = await ann.api.post("/v1/orders", order)
    await ann.reaches(f"/v1/orders/{placed['id']}", "filled")

    alpaca = await paid_for(ann, "187.50")
    assert [each for each in alpaca["journals"] if deposit["id"] in each["description"]] == []


async def test_what_was_lent_and_paid_for_can_be_withdrawn(ann: Investor, books: Books) -> None:
    await ann.funded()
    await paid_for(ann, "247.50")
    await ann.walk.withdraw()
    (withdrawal,) = (await ann.api.get("/v1/withdrawals"))["items"]
    assert withdrawal["stage"] == "completed"
    assert await books.balances(ann.id) == {"broker USD": "197.50", "cash USD": "197.50"}
