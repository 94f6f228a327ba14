"""Small change and strangers' dust, through the mounted routes and the running processes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from entrypoints.cli.api import until
from tests.e2e.books import Books
from tests.e2e.investor import Investor

STRAYS = 60
JOBS = "jobs WHERE process_id IN (SELECT id FROM processes WHERE investor_id = $1)"


@pytest.mark.situation(
    "2.00 USDC arrive, below the off-ramp's fee, then 5.00",
    must="dust, no review; then both together are converted",
)
async def test_what_is_below_the_fee_is_converted_with_the_next_arrival(
    ann: Investor, books: Books, was: Callable[[str], None]
) -> None:
    await ann.opened()
    await ann.send("2.000001")
    (kept,) = await ann.deposits("failed")
    assert "kept as dust" in kept["reason"]
    await ann.send("5.00")
    funded, _ = await ann.deposits("broker_funded", "failed")
    assert funded["net"]["value"] == "4.50"
    assert await books.balances(ann.id) == {
        "custody USDC": "0.000001",
        "dust USDC": "0.000001",
        "broker USD": "4.50",
        "cash USD": "4.50",
    }
    was("7.00 USDC were converted to 4.50 USD, 0.000001 is left")


@pytest.mark.situation(
    "a stranger sends 60 times 0.000001 USDC; then the account is closed",
    must="no deposit is listed, no process has a job, and the account closes",
)
async def test_strangers_dust_is_one_entry_each_and_keeps_no_account_open(
    ann: Investor, books: Books, was: Callable[[str], None]
) -> None:
    await ann.opened()
    before = await books.count(JOBS, ann.id)
    await ann.send(*["0.000001"] * STRAYS)
    entries = "entries WHERE template = 'dust_received'"
    await until(
        lambda: books.count(entries), lambda found: found == STRAYS, what=f"{STRAYS} entries"
    )
    assert (await ann.api.get("/v1/deposits"))["items"] == []
    assert await books.count(JOBS, ann.id) == before
    await ann.walk.protect()
    await ann.walk.step_up()
    closed = await ann.api.post("/v1/auth/deactivate", {"password": ann.walk.password})
    assert closed["swept"] == [{"value": "0.000060", "asset": "USDC"}]
    assert await books.balances(ann.id) == {"custody USDC": "0.000060"}
    was(f"{STRAYS} entries, 0 deposits, closed")


async def test_an_announcement_is_withdrawn_and_what_arrives_still_counts(
    ann: Investor, books: Books
) -> None:
    await ann.opened()
    announced = await ann.api.post("/v1/deposits", {"chain": "polygon", "amount": "30.00"})
    path = f"/v1/deposits/{announced['id']}"
    for _ in range(2):
        assert (await ann.api.call("DELETE", path, None))["stage"] == "expired"
    await ann.send("30.00")
    funded, withdrawn = await ann.deposits("broker_funded", "expired")
    assert withdrawn["id"] == announced["id"]
    assert await ann.refused("DELETE", f"/v1/deposits/{funded['id']}") == (409, "ERR_5103", [])
    assert (await books.balances(ann.id))["cash USD"] == "27.50"
