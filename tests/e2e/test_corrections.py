"""Fills that the broker takes back, changes, repeats or makes for another order than ours."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import aiohttp
import pytest

from adapters.system.clock import SystemClock
from entrypoints.cli.api import until
from tests.e2e.books import Books
from tests.e2e.investor import Investor
from tests.e2e.reviewers import Reviewers, fault
from tests.e2e.silent_broker import SilentBroker
from tests.e2e.test_push_relay import push
from tests.support.relays import Relay
from tests.support.stack import Stack

LISTED = "190.12"
SHARE: dict[str, Any] = {"symbol": "AAPL", "type": "market", "quantity": "1"}
LOST_LOOKUPS: Mapping[str, Any] = {
    "name": "lagging-look-up",
    "match": {"provider": "alpaca", "path": "*orders:by_client_order_id*", "times": 2},
    "action": {"kind": "error", "status": 404},
}
AT_BROKER = """
    SELECT state ->> 'broker_account_id' AS account, state ->> 'provider_id' AS id
      FROM processes WHERE id = $1
"""


@asynccontextmanager
async def prices(ann: Investor) -> AsyncIterator[Callable[[str], Any]]:
    """Sets the price of AAPL; afterwards it is as before."""

    async def move(price: str) -> None:
        await ann.sandbox.post("/alpaca-data/v1/sandbox/prices", {"AAPL": price})

    try:
        yield move
    finally:
        await move(LISTED)


async def at_broker(books: Books, order_id: str) -> tuple[str, str]:
    """The account and the id of an order at the broker."""
    row = await books.pool.fetchrow(AT_BROKER, order_id)
    assert row is not None
    return row["account"], row["id"]


async def correct(ann: Investor, order_id: str, **change: str) -> None:
    """The exchange busts the last fill, or gives it another price."""
    act = "correct" if change else "bust"
    path = f"/alpaca-data/v1/sandbox/trades/{act}"
    await ann.sandbox.post(path, {"order_id": order_id, **change})


async def buys(ann: Investor, **terms: str) -> Any:
    """An order that has filled."""
    order = await ann.api.post("/v1/orders", SHARE | {"side": "buy"} | terms)
    return await ann.reaches(f"/v1/orders/{order['id']}", "filled")


@pytest.mark.situation(
    "half of a sale is corrected to a lower price, then the other half fills",
    must="the review stays until it is ruled on; the books agree with the broker",
)
async def test_a_correction_and_then_a_fill_mint_nothing(
    ann: Investor, reviewers: Reviewers, books: Books
) -> None:
    await ann.funded()
    await buys(ann)
    name = "alpaca-fill-partial"
    async with prices(ann) as move:
        async with fault(ann, {"use": name}, name=name):
            order = await ann.api.post("/v1/orders", SHARE | {"side": "sell"})
            await ann.reaches(f"/v1/orders/{order['id']}", "partially_filled")
        _, broker_id = await at_broker(books, order["id"])
        await correct(ann, broker_id, price="120.00")
        await ann.reaches(f"/v1/orders/{order['id']}", "manual_review")
        await move("60.00")
        review = await until(
            lambda: reviewers.waits(order["id"]),
            lambda review: "1.000000000" in review["process"]["reason"],
            what="the other half",
        )
        assert review["possible"] == ["correct"]
    await reviewers.rule(order["id"], "correct", filled="1", cost="90.00")
    sold = await ann.reaches(f"/v1/orders/{order['id']}", "filled")
    assert sold["cost"]["value"] == "90.00"
    assert (await books.balances(ann.id))["cash USD"] == "147.38"


@pytest.mark.soak
@pytest.mark.situation(
    "a fill is pushed again after its bust was ruled on", must="nothing is booked again"
)
async def test_a_fill_that_is_pushed_again_after_the_ruling_is_not_booked(
    stack: Stack, ann: Investor, reviewers: Reviewers, books: Books
) -> None:
    await ann.funded()
    began = datetime.fromisoformat((await ann.sandbox.get("/sandbox/clock"))["now"])
    order = await buys(ann)
    listener = SilentBroker("", alpaca=f"{stack.sandbox_url}/alpaca")
    fill = await listener.fill_of(f"{order['id']}:order:1", since=f"{began:%Y-%m-%dT%H:%M:%SZ}")
    _, broker_id = await at_broker(books, order["id"])
    await correct(ann, broker_id)
    await reviewers.waits(order["id"])
    await reviewers.rule(order["id"], "correct", filled="0", cost="0")

    ((key_id, key),) = stack.settings().relay.keys.items()
    headers = Relay(SystemClock(), key_id, key).sign(fill)
    assert await push(stack, fill, headers) == (200, None)
    read = "jobs WHERE payload ->> 'source' = 'alpaca' AND done_at IS NULL"
    await until(lambda: books.count(read), lambda left: left == 0, what="the pushed event")
    assert await books.balances(ann.id) == {"broker USD": "247.50", "cash USD": "247.50"}


@pytest.mark.soak
@pytest.mark.situation(
    "the broker's desk replaces an order, and the other one fills far above its hold",
    must="it is booked to ours, and paid from free cash; what is available is at the broker",
)
async def test_a_replaced_order_is_followed_and_paid_from_free_cash(
    stack: Stack, ann: Investor, books: Books
) -> None:
    await ann.funded()
    async with prices(ann) as move:
        resting = SHARE | {"side": "buy", "type": "limit", "limit_price": "10.00"}
        order = await ann.api.post("/v1/orders", resting)
        await ann.reaches(f"/v1/orders/{order['id']}", "accepted")
        account, broker_id = await at_broker(books, order["id"])
        await move("230.00")
        await replaced(stack, account, broker_id, limit_price="231.00")
        filled = await ann.reaches(f"/v1/orders/{order['id']}", "filled")
    assert filled["cost"]["value"] == "230.00"
    cash = (await ann.api.get("/v1/portfolio"))["cash"]
    assert (cash["available"], cash["held"], cash["owed"]) == ("17.50", "0.00", "0.00")


async def replaced(stack: Stack, account: str, broker_id: str, **change: str) -> None:
    """The broker's desk replaces the order."""
    url = f"{stack.sandbox_url}/alpaca/v1/trading/accounts/{account}/orders/{broker_id}"
    login = {"APCA-API-KEY-ID": "desk", "APCA-API-SECRET-KEY": "desk"}
    async with (
        aiohttp.ClientSession(headers=login) as desk,
        desk.patch(url, json=change) as answer,
    ):
        assert answer.status == 200, await answer.text()


@pytest.mark.soak
@pytest.mark.situation(
    "the look-up before a cancel does not find the order, twice",
    must="the order is cancelled all the same",
)
async def test_a_cancel_is_not_lost_to_a_lagging_lookup(ann: Investor, books: Books) -> None:
    await ann.funded()
    resting = SHARE | {"side": "buy", "type": "limit", "limit_price": "10.00"}
    order = await ann.api.post("/v1/orders", resting)
    path = f"/v1/orders/{order['id']}"
    await ann.reaches(path, "accepted")
    async with fault(ann, LOST_LOOKUPS, name=LOST_LOOKUPS["name"]):
        await ann.api.post(f"{path}/cancel", {})
        await ann.reaches(path, "canceled")
    assert await books.balances(ann.id) == {"broker USD": "247.50", "cash USD": "247.50"}
