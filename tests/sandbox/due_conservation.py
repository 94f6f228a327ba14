"""Due may keep fees but may neither make nor lose money."""

from __future__ import annotations

from decimal import Decimal
from typing import Any


def assert_conserved(books: Any, *, on_chain: str) -> None:
    """Check both equations of the ledger, and Due's balance on chain."""
    assert_balanced(books)
    assert books["usdc_on_chain"] == on_chain


def assert_balanced(books: Any) -> None:
    """Check the same with the chain's balance, once every transfer is final."""
    usdc = {name: Decimal(value) for name, value in books["usdc"].items()}
    usd = {name: Decimal(value) for name, value in books["usd"].items()}
    assert usdc["taken_in"] == (
        usdc["unallocated"]
        + usdc["in_process"]
        + usdc["refunded"]
        + usdc["rounding"]
        + usdc["charged_in"]
        + usd["paid_out"]
        + usd["returned"]
        + usd["fees"]
        + usd["charged_out"]
    )
    assert usd["taken_in"] == (
        usd["unallocated"]
        + usd["in_process"]
        + usd["refunded"]
        + usd["charged_in"]
        + usdc["paid_out"]
        + usdc["fees"]
        + usdc["charged_out"]
    )
    assert Decimal(books["usdc_on_chain"]) == usdc["taken_in"] - usdc["refunded"]
