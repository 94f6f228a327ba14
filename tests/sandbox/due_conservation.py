"""Due may keep fees but may neither make nor lose money."""

from __future__ import annotations

from decimal import Decimal
from typing import Any


def assert_conserved(books: Any, *, on_chain: str) -> None:
    """Both equations of the till, and the chain's word for what Due holds."""
    usdc = {name: Decimal(value) for name, value in books["usdc"].items()}
    usd = {name: Decimal(value) for name, value in books["usd"].items()}
    assert usdc["taken_in"] == (
        usdc["unallocated"]
        + usdc["in_process"]
        + usdc["refunded"]
        + usdc["rounding"]
        + usd["paid_out"]
        + usd["returned"]
        + usd["fees"]
    )
    assert usd["taken_in"] == (
        usd["unallocated"] + usd["in_process"] + usd["refunded"] + usdc["paid_out"] + usdc["fees"]
    )
    assert books["usdc_on_chain"] == on_chain
    assert Decimal(on_chain) == usdc["taken_in"] - usdc["refunded"]
