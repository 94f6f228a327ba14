"""What an order must say, and which field is wrong where it does not."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from domain.money import Money
from domain.quantity import Price
from domain.trading.order import InvalidOrder, OrderType
from tests.support import builders as a

BUY = a.buy("100.00")
SHARES = a.sell("2").quantity
LIMIT = OrderType.LIMIT


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"quantity": SHARES}, "notional", "give either notional or quantity"),
        ({"notional": None}, "notional", "give either notional or quantity"),
        ({"limit_price": Price.of("1")}, "limit_price", "a limit order needs a limit_price"),
        ({"type": LIMIT}, "limit_price", "a limit order needs a limit_price"),
        ({"notional": a.dollars("0.99")}, "notional", "the smallest order is 1.00 USD"),
        (
            {"notional": None, "quantity": Money.zero(BUY.asset)},
            "quantity",
            "the quantity must be positive",
        ),
        (
            {"type": LIMIT, "limit_price": Price.of("0")},
            "limit_price",
            "the limit price must be positive",
        ),
    ],
)
def test_wrong_terms_are_refused_by_field_with_what_to_do(
    changes: dict[str, Any], field: str, says: str
) -> None:
    with pytest.raises(InvalidOrder, match=says) as refused:
        attrs.evolve(BUY, **changes)
    assert refused.value.field == field


def test_the_smallest_terms_are_taken() -> None:
    assert attrs.evolve(BUY, notional=a.dollars("1.00")).notional == a.dollars("1.00")
    one = attrs.evolve(
        BUY,
        type=LIMIT,
        limit_price=Price.of("0.01"),
        notional=None,
        quantity=Money(1, BUY.asset),
    )
    assert one.quantity == Money(1, BUY.asset)
