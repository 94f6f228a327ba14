"""Two members of staff resolve what stopped at a provider, and every book agrees afterwards."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from entrypoints.cli.walk import STOCK
from tests.e2e.books import Books
from tests.e2e.command import command
from tests.e2e.investor import Investor
from tests.e2e.reviewers import Reviewers, fault
from tests.support.stack import Stack

DENIED: Mapping[str, Any] = {
    "name": "payouts-denied",
    "match": {"provider": "circle", "times": 1},
    "action": {"kind": "outcome", "point": "circle.transaction", "outcome": "denied"},
}


async def denied(ann: Investor) -> tuple[str, str]:
    """A withdrawal whose payout was denied, and its address."""
    address = f"0x{secrets.token_hex(20)}"
    await ann.may_withdraw_to(address)
    wish = {"amount": "50.00", "chain": "polygon", "destination": address}
    async with fault(ann, DENIED, name=DENIED["name"]):
        requested = await ann.api.post("/v1/withdrawals", wish)
        await ann.reaches(f"/v1/withdrawals/{requested['id']}", "manual_review")
    return requested["id"], address


@pytest.mark.situation(
    "Circle denies a payout for good",
    must="one attempt; two administrators give it back or pay another address; books agree",
)
async def test_a_payout_that_was_denied_is_given_back_or_paid_elsewhere(
    ann: Investor, reviewers: Reviewers, books: Books, was: Callable[[str], None]
) -> None:
    await ann.funded()
    elsewhere = f"0x{secrets.token_hex(20)}"
    saved = await ann.walk.save_address(elsewhere)
    first, _ = await denied(ann)
    second, _ = await denied(ann)
    review = await reviewers.waits(first)
    assert {"give_back", "pay_another"} <= set(review["possible"])
    assert saved["id"] in {each["id"] for each in review["addresses"]}

    await reviewers.rule(first, "give_back")
    await reviewers.rule(second, "pay_another", payout_address=saved["id"])
    await ann.reaches(f"/v1/withdrawals/{first}", "compensated")
    await ann.reaches(f"/v1/withdrawals/{second}", "completed")
    assert await ann.on_chain(elsewhere) == "49.500000"
    entries = await books.entries(first)
    assert sorted(entries[-3:]) == ["converted", "usdc_sent_to_offramp", "withdrawal_refunded"]
    balances = await books.balances(ann.id)
    assert set(balances) == {"broker USD", "cash USD"}
    was(f"compensated and completed, {balances['cash USD']} USD of 247.50 left")


async def test_a_payout_that_was_denied_is_sent_once_when_two_people_say_so(
    ann: Investor, reviewers: Reviewers, books: Books
) -> None:
    await ann.funded()
    withdrawal_id, address = await denied(ann)
    path = f"/v1/withdrawals/{withdrawal_id}"
    review = await reviewers.waits(withdrawal_id)
    assert review["process"]["paused_at"] == "sent"
    assert "retry" in review["possible"]
    assert "did_not_happen" not in review["possible"], "that it failed is certain"
    assert await ann.on_chain(address) in {"0", "0.000000"}

    await reviewers.rule(withdrawal_id, "retry")
    done = await ann.reaches(path, "completed")
    assert await ann.on_chain(address) == done["net"]["value"] == "49.500000"
    assert (await books.entries(withdrawal_id)).count("paid_out") == 1


async def test_a_deposit_that_the_off_ramp_sent_back_is_a_deposit_of_its_own(
    ann: Investor, reviewers: Reviewers, books: Books
) -> None:
    await ann.opened()
    announced = await ann.api.post("/v1/deposits", {"chain": "polygon", "amount": "250.00"})
    name = "due-transfer-refunded"
    async with fault(ann, {"use": name}, name=name):
        await ann.send("250.00")
        await ann.reaches(f"/v1/deposits/{announced['id']}", "manual_review")
        review = await reviewers.waits(announced["id"])
        assert "refunded" in review["possible"]
        await ann.deposits("broker_funded", "manual_review")

    await reviewers.rule(announced["id"], "refunded")
    await ann.deposits("broker_funded", "failed")
    assert await books.balances(ann.id) == {"broker USD": "247.50", "cash USD": "247.50"}
    used = next(
        limit["used"]["value"]
        for limit in (await ann.api.get("/v1/limits"))["limits"]
        if (limit["activity"], limit["period"]) == ("deposit", "day")
    )
    assert used == "250.00"


async def test_a_fill_that_was_taken_back_is_booked_as_the_broker_has_it(
    ann: Investor, reviewers: Reviewers, books: Books
) -> None:
    await ann.funded()
    name = "alpaca-fill-busted"
    async with fault(ann, {"use": name}, name=name):
        order = await ann.api.post("/v1/orders", STOCK)
        await ann.reaches(f"/v1/orders/{order['id']}", "manual_review")
        await reviewers.waits(order["id"])
    await reviewers.rule(order["id"], "correct", filled="0", cost="0")
    corrected = await ann.api.get(f"/v1/orders/{order['id']}")
    assert corrected["filled_quantity"] == "0.000000000"
    assert corrected["cost"]["value"] == "0.00"
    balances = await books.balances(ann.id)
    assert "security AAPL" not in balances


async def test_support_looks_and_does_not_rule(stack: Stack, ann: Investor, books: Books) -> None:
    await ann.walk.register()
    for path in ("reviews", "investors", "deposits", "queue"):
        assert await ann.refused("GET", f"/v1/admin/{path}") == (403, "ERR_2101", [])
    ran = await command(
        stack, "grant-role", "nobody@example.com", "admin", "--reason", "no such person"
    )
    assert (ran.code, "ERR_3003" in ran.log) == (1, True)
    assert await books.balances(ann.id) == {}
