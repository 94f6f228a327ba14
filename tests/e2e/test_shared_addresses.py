"""One address on all EVM chains, through the mounted routes and the running processes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from entrypoints.cli.api import until
from tests.e2e.books import Books
from tests.e2e.investor import Investor


@pytest.mark.situation(
    "USDC sent to the right address on another chain", must="found, and a deposit"
)
async def test_usdc_on_another_chain_is_a_deposit(
    ann: Investor, eve: Investor, books: Books, was: Callable[[str], None]
) -> None:
    await ann.opened()
    address = ann.wallets["base"] = ann.wallets["polygon"]
    await ann.send("30.00", chain="base")
    (funded,) = await ann.deposits("broker_funded")
    assert (funded["chain"], funded["net"]["value"]) == ("base", "27.50")
    assert (await books.balances(ann.id))["cash USD"] == "27.50"
    opened = await ann.api.post("/v1/wallets", {"chain": "base"})
    assert (opened["stage"], opened["address"]) == ("live", address)
    await eve.opened()
    await eve.api.post("/v1/wallets", {"chain": "base"})
    found = await until(
        lambda: eve.api.get("/v1/wallets"),
        lambda answer: all(each["stage"] == "live" for each in answer["items"]),
        what="live wallets",
    )
    addresses = {each["chain"]: each["address"] for each in found["items"]}
    assert addresses["base"] == addresses["polygon"] == eve.wallets["polygon"]
    was(f"a deposit on base, {funded['net']['value']} USD; a wallet on base has the address")
