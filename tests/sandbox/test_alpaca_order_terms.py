"""What Alpaca takes as an order: worth a dollar by quantity too, at a price that can be quoted."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.sandbox.local_alpaca import LocalAlpaca, open_local_alpaca


@pytest.fixture
async def alpaca() -> AsyncIterator[LocalAlpaca]:
    async with open_local_alpaca() as opened:
        yield opened


async def test_a_quantity_has_a_cost_basis_too(alpaca: LocalAlpaca) -> None:
    account = await alpaca.funded_account("100.00")
    for terms in (
        {"qty": "0.000026"},
        {"qty": "0.005259"},
        {"qty": "1.9", "type": "limit", "limit_price": "0.50"},
    ):
        refused = await alpaca.order(account, **terms)
        assert (refused.status, refused.body["code"]) == (403, 40310000)
        assert refused.body["message"] == "cost basis must be >= minimal amount of order 1.00"
    bought = await alpaca.filled(account, qty="0.02")
    part = await alpaca.order(account, side="sell", qty="0.005")
    assert part.status == 403
    rest = await alpaca.filled(account, side="sell", qty=bought["filled_qty"])
    assert rest["filled_qty"] == bought["filled_qty"]


@pytest.mark.parametrize(
    ("price", "status"),
    [("0.6013", 200), ("11.05", 200), ("0.60135", 422), ("11.055", 422), ("1.0001", 422)],
)
async def test_a_limit_price_is_on_a_tick(alpaca: LocalAlpaca, price: str, status: int) -> None:
    account = await alpaca.funded_account("100.00")
    answer = await alpaca.order(account, type="limit", qty="5", limit_price=price)
    assert answer.status == status
    if price in {"11.055", "1.0001"}:
        assert answer.body == {
            "code": 42210000,
            "message": f"invalid limit_price {price}. "
            "sub-penny increment does not fulfill minimum pricing criteria",
        }
