"""Ways through several providers that take more than one try, in the running product."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import aiohttp
import pytest

from entrypoints.cli.api import until
from tests.e2e.books import Books
from tests.e2e.investor import Investor
from tests.support.databases import Databases
from tests.support.stack import WORKER, Stack, stack_on

VARIABLES = {"STACK__ALPACA__AUTH": "oauth", "STACK__WORKER__POLL_INBOUND_S": "0.5"}
NET = {"broker USD": "247.50", "cash USD": "247.50"}
OFFER_S = 300
"""For how many of the sandbox's seconds an accepted offer is good."""

LATE_ADDRESS = {
    "name": "late-address",
    "match": {"provider": "due", "path": "/v1/transfers/*/funding_address", "times": 1},
    "action": {"kind": "delay", "delay_s": 2},
}
NO_EVENTS = {
    "name": "no events",
    "match": {},
    "action": {"kind": "outcome", "point": "alpaca.event", "outcome": "dropped"},
}
NO_LOOK_UP = {
    "name": "no look-up",
    "match": {"provider": "alpaca", "path": "*/orders:by_client_order_id"},
    "action": {"kind": "error", "status": 404},
}
NO_WEBHOOKS = {"name": "no webhooks", "match": {}, "action": {"kind": "drop"}}


@pytest.fixture(scope="module")
def stack(
    databases: Databases, redis_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    """A stack for these tests alone, which buys its tokens and asks for arrivals."""
    folder = tmp_path_factory.mktemp("stack")
    with stack_on(databases, folder=folder, redis_url=redis_server, variables=VARIABLES) as running:
        yield running


@pytest.fixture(autouse=True)
async def healed(ann: Investor) -> AsyncIterator[None]:
    """No fault outlives its test."""
    yield
    await ann.sandbox.call("DELETE", "/sandbox/faults", None)


async def strike(ann: Investor, *rules: Any) -> None:
    await ann.sandbox.post("/sandbox/faults", {"rules": list(rules)})


async def ask(stack: Stack, method: str, path: str) -> None:
    """Something that a person does at a provider."""
    headers = {"APCA-API-KEY-ID": "person", "APCA-API-SECRET-KEY": "person"}
    async with (
        aiohttp.ClientSession(headers=headers, raise_for_status=True) as client,
        client.request(method, f"{stack.sandbox_url}{path}"),
    ):
        pass


async def conversions(ann: Investor) -> list[Any]:
    """The investor's transfers at the off-ramp, by the wallet that they are paid from."""
    mine = ann.wallets["polygon"].lower()
    transfers = (await ann.sandbox.get("/sandbox/books"))["due"]["transfers"]
    return [
        each
        for each in transfers
        if ((each["source"]["details"] or {}).get("address") or "").lower() == mine
    ]


async def the_journal(ann: Investor, stack: Stack, status: str) -> str:
    """The one journal to the investor's account in this status."""
    (deposit,) = (await ann.api.get("/v1/deposits"))["items"]

    async def found() -> list[Any]:
        journals = (await ann.sandbox.get("/sandbox/books"))["alpaca"]["journals"]
        return [
            each
            for each in journals
            if each["description"].startswith(deposit["id"]) and each["status"] == status
        ]

    (journal,) = await until(found, bool, what=f"a journal that is {status}")
    return str(journal["id"])


async def test_a_payment_that_is_stuck_on_the_chain_is_hurried(ann: Investor, books: Books) -> None:
    await ann.opened()
    await strike(ann, {"use": "circle-transaction-stuck"})
    await ann.send("250.00")
    await ann.deposits("broker_funded")
    assert await books.balances(ann.id) == NET
    asked = (await ann.sandbox.get("/sandbox/requests"))["requests"]
    hurried = [each["status"] for each in asked if each["path"].endswith("/accelerate")]
    assert hurried == [200]


async def test_an_offer_that_ends_before_it_is_paid_is_agreed_anew(
    ann: Investor, books: Books
) -> None:
    await ann.opened()
    await strike(ann, LATE_ADDRESS)
    await ann.send("250.00")
    await until(
        lambda: ann.sandbox.get(f"/sandbox/faults/{LATE_ADDRESS['name']}"),
        lambda fault: fault["fired"] == 1,
        what="the question for an address",
    )
    await ann.sandbox.post("/sandbox/clock", {"advance_s": OFFER_S + 1})
    await ann.deposits("broker_funded")
    assert await books.balances(ann.id) == NET
    assert [each["status"] for each in await conversions(ann)] == ["failed", "payment_processed"]


async def test_a_conversion_that_pays_less_than_agreed_credits_what_it_paid(
    ann: Investor, books: Books
) -> None:
    await ann.opened()
    await strike(ann, {"use": "due-transfer-short"})
    await ann.send("250.00")
    await ann.deposits("broker_funded")
    assert await books.balances(ann.id) == {"broker USD": "246.50", "cash USD": "246.50"}


async def test_a_conversion_that_a_person_looks_at_goes_on_when_it_is_approved(
    ann: Investor, books: Books, stack: Stack
) -> None:
    await ann.opened()
    await strike(ann, {"use": "due-transfer-manual-review"})
    await ann.send("250.00")
    await ann.deposits("manual_review")
    (held,) = await conversions(ann)
    await ask(stack, "POST", f"/due/dev/transfers/{held['id']}/approve")
    await ann.deposits("broker_funded")
    assert await books.balances(ann.id) == NET


async def test_an_account_closed_after_the_money_came_leaves_it_with_the_firm(
    ann: Investor, books: Books, stack: Stack
) -> None:
    await ann.opened()
    await strike(ann, {"use": "due-transfer-manual-review"})
    await ann.send("250.00")
    await ann.deposits("manual_review")
    (held,) = await conversions(ann)
    account_id = await broker_account(ann, books)
    await ask(stack, "POST", f"/alpaca/v1/accounts/{account_id}/actions/close")
    await ask(stack, "POST", f"/due/dev/transfers/{held['id']}/approve")
    await until(
        lambda: books.balances(ann.id),
        lambda balances: balances == {"incoming USD": "247.50"},
        what="dollars that nobody may have yet",
    )
    (deposit,) = await ann.deposits("manual_review")
    assert await books.entries(deposit["id"]) == [
        "deposit_confirmed",
        "usdc_sent_to_offramp",
        "converted",
    ]


async def broker_account(ann: Investor, books: Books) -> str:
    query = """
        SELECT state ->> 'broker_account_id' AS id FROM processes
         WHERE kind = 'Deposit' AND investor_id = $1
    """
    (row,) = await books.pool.fetch(query, ann.id)
    return str(row["id"])


async def test_a_journal_that_waits_for_approval_and_is_refused_is_made_anew(
    ann: Investor, books: Books, stack: Stack
) -> None:
    await ann.opened()
    await strike(ann, {"use": "alpaca-journal-pending"})
    await ann.send("250.00")
    await ann.deposits("broker_funding_requested")
    journal_id = await the_journal(ann, stack, "pending")
    assert (await books.balances(ann.id))["incoming USD"] == "247.50"
    await ask(stack, "DELETE", f"/alpaca/v1/journals/{journal_id}")
    await ann.deposits("broker_funded")
    assert await books.balances(ann.id) == NET


async def test_a_fill_that_came_while_nobody_listened_is_read_from_the_stream_afterwards(
    ann: Investor, books: Books, stack: Stack
) -> None:
    await ann.funded()
    order = {"symbol": "KO", "side": "buy", "type": "limit", "quantity": "1", "limit_price": "9.00"}
    placed = await ann.api.post("/v1/orders", order)
    path = f"/v1/orders/{placed['id']}"
    await ann.reaches(path, "accepted")
    await strike(ann, NO_LOOK_UP)
    assert await stack.stop(WORKER) == 0
    await ann.sandbox.post("/alpaca-data/v1/sandbox/prices", {"KO": "8.50"})
    await until(
        lambda: ann.sandbox.get("/sandbox/books"),
        lambda world: filled_at_the_broker(world, placed["id"]),
        what="a fill at the broker",
    )
    assert (await ann.api.get(path))["stage"] == "accepted"
    stack.start(WORKER)
    await ann.reaches(path, "filled")
    assert (await books.balances(ann.id))["security KO"] == "1.000000000"


def filled_at_the_broker(world: Any, order_id: str) -> bool:
    orders = world["alpaca"]["orders"]
    found = [each["status"] for each in orders if each["client_order_id"].startswith(order_id)]
    return found == ["filled"]


async def test_what_no_event_and_no_webhook_tells_is_found_by_asking(
    ann: Investor, books: Books
) -> None:
    await ann.opened()
    await strike(ann, NO_EVENTS, NO_WEBHOOKS)
    await ann.send("250.00")
    await ann.deposits("broker_funded")
    order = {"symbol": "AAPL", "side": "buy", "type": "market", "notional": "60.00"}
    placed = await ann.api.post("/v1/orders", order)
    await ann.reaches(f"/v1/orders/{placed['id']}", "filled")
    balances = await books.balances(ann.id)
    assert (balances["cash USD"], balances["security AAPL"]) == ("187.50", balances["broker AAPL"])
