from __future__ import annotations

from typing import Any

import attrs
import pytest

from domain.money import Money
from domain.quantity import Price
from domain.trading.instrument import Basket, Component
from domain.trading.order import OrderTerms, OrderType, Side
from domain.trading.reserve import NoPrice, needs_price, reserve
from tests.support import builders as a

AAPL = a.buy().asset
LAST = Price.of("100")
LIMIT: dict[str, Any] = {"type": OrderType.LIMIT, "limit_price": Price.of("90.01")}
BUY_SHARES = attrs.evolve(a.sell("1.5"), side=Side.BUY)
SELL_FOR_DOLLARS = attrs.evolve(a.buy("100.00"), side=Side.SELL)


def shares(text: str) -> Money:
    return Money.of(text, AAPL)


@pytest.mark.parametrize(
    ("terms", "held"),
    [
        (a.buy("100.00"), a.dollars("100.00")),
        (BUY_SHARES, a.dollars("157.50")),
        (attrs.evolve(BUY_SHARES, **LIMIT), a.dollars("135.02")),
        (a.sell("1.5"), shares("1.5")),
        (SELL_FOR_DOLLARS, shares("1.05")),
    ],
    ids=["dollars", "shares", "at a limit", "sell", "sell for dollars"],
)
def test_an_order_reserves_what_it_may_need(terms: OrderTerms, held: Money) -> None:
    assert reserve(terms, last=LAST, position=shares("10")) == held


def test_a_sell_for_dollars_reserves_no_more_than_is_owned_if_that_is_worth_it() -> None:
    assert reserve(SELL_FOR_DOLLARS, last=LAST, position=shares("1.02")) == shares("1.02")


@pytest.mark.parametrize("owned", ["0", "0.5", "0.99"])
def test_a_sell_for_more_dollars_than_is_owned_reserves_what_the_books_refuse(owned: str) -> None:
    assert reserve(SELL_FOR_DOLLARS, last=LAST, position=shares(owned)) > shares(owned)


@pytest.mark.parametrize("last", [None, Price.of("0")])
@pytest.mark.parametrize("terms", [BUY_SHARES, SELL_FOR_DOLLARS])
def test_without_a_price_nothing_is_guessed(terms: OrderTerms, last: Price | None) -> None:
    assert needs_price(terms)
    with pytest.raises(NoPrice):
        reserve(terms, last=last, position=shares("10"))


def test_a_basket_adds_up() -> None:
    with pytest.raises(ValueError, match="10000"):
        Basket(
            id="b",
            name="B",
            description="",
            components=(Component(symbol="AAPL", weight_bps=9_999),),
        )
    with pytest.raises(ValueError, match="weight_bps"):
        Component(symbol="AAPL", weight_bps=0)
