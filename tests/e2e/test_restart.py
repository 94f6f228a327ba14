"""Planned ends and outages: a process that is told to stop stops cleanly, and what it missed is found."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import aiohttp
import pytest

from domain.money import USD, Money
from entrypoints.cli.api import until
from tests.e2e.books import Books
from tests.e2e.investor import Investor
from tests.support.databases import Databases
from tests.support.stack import HTTP, SOON, WORKER, Stack, stack_on

POLLING = {"STACK__WORKER__POLL_INBOUND_S": "0.5", **SOON}
AT_ONCE = 40
ORDERS_OF = "SELECT id::text FROM processes WHERE kind = 'Order' AND investor_id = $1"
ENTRIES_OF = """
    entries JOIN processes ON processes.id = entries.process_id WHERE investor_id = $1
"""


@pytest.fixture(scope="module")
def stack(
    databases: Databases, redis_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    """A stack for these tests alone, which asks Circle for arrivals that nobody told of."""
    folder = tmp_path_factory.mktemp("stack")
    with stack_on(databases, folder=folder, redis_url=redis_server, variables=POLLING) as running:
        yield running


async def test_stopping_the_worker_in_the_middle_of_a_withdrawal_loses_nothing(
    stack: Stack, ann: Investor, books: Books
) -> None:
    await ann.funded()
    withdrawing = asyncio.create_task(ann.walk.withdraw())
    await until(
        lambda: books.count(f"{ENTRIES_OF} AND template = 'withdrawal_debited'", ann.id),
        lambda found: found == 1,
        what="the debit of the withdrawal",
    )
    assert await stack.stop(WORKER) == 0
    assert not withdrawing.done()
    stack.start(WORKER)
    await withdrawing
    (withdrawal,) = (await ann.api.get("/v1/withdrawals"))["items"]
    assert withdrawal["stage"] == "completed"
    assert await books.balances(ann.id) == {"broker USD": "197.50", "cash USD": "197.50"}


async def test_stopping_the_api_under_load_keeps_what_it_answered_and_nothing_else(
    stack: Stack, ann: Investor, books: Books
) -> None:
    await ann.funded()
    placing = [asyncio.create_task(_place(ann)) for _ in range(AT_ONCE)]
    await asyncio.wait(placing, return_when=asyncio.FIRST_COMPLETED)
    assert await stack.stop(HTTP) == 0

    answered = {await order for order in placing} - {None}
    kept = await books.pool.fetch(ORDERS_OF, ann.id)
    assert {row["id"] for row in kept} == answered
    assert answered
    stack.start(HTTP)
    stack.wait_ready(HTTP)
    free = Money.of("247.50", USD) - Money(len(answered) * 100, USD)
    assert (await books.balances(ann.id))["cash USD"] == free.decimal


async def _place(somebody: Investor) -> str | None:
    """The order that was accepted, or ``None`` when the API was not there any more."""
    order = {"symbol": "AAPL", "side": "buy", "type": "limit", "quantity": "1"}
    try:
        accepted = await somebody.api.post("/v1/orders", {**order, "limit_price": "1.00"})
    except aiohttp.ClientError:
        return None
    return str(accepted["id"])


async def test_a_deposit_whose_notification_found_nobody_is_found_by_asking(
    stack: Stack, ann: Investor, books: Books
) -> None:
    await ann.opened()
    assert await stack.stop(HTTP) == 0
    await ann.send("250.00")

    await until(
        lambda: books.balances(ann.id),
        lambda balances: balances == {"broker USD": "247.50", "cash USD": "247.50"},
        what="buying power without any webhook",
    )
    stack.start(HTTP)
    stack.wait_ready(HTTP)
    (deposit,) = await ann.deposits("broker_funded")
    await _all_mail_has_come(ann)
    assert await books.entries(deposit["id"]) == [
        "deposit_confirmed",
        "usdc_sent_to_offramp",
        "converted",
        "buying_power_credited",
    ]
    assert [each["id"] for each in await ann.deposits("broker_funded")] == [deposit["id"]]


async def _all_mail_has_come(somebody: Investor) -> None:
    """Wait until what could not be delivered has been delivered after all."""
    await until(
        lambda: somebody.sandbox.get("/sandbox/webhooks"),
        lambda recent: all(each["delivered"] for each in recent["deliveries"]),
        what="the providers' mail",
    )
