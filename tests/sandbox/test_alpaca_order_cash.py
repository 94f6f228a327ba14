from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from domain.money import USD, Asset, Money
from sandbox.alpaca.order import Order
from sandbox.alpaca.order_request import OrderRequest
from sandbox.alpaca.order_view import order_view

SHARE = Asset.share("AAPL")
prices = st.integers(min_value=1, max_value=1_000_000_00).map(lambda cents: Money(cents, USD))


def order(
    *, notional: Money | None = None, quantity: Money | None = None, side: str = "buy"
) -> Order:
    request = OrderRequest(
        symbol="AAPL",
        side=side,
        kind="market",
        time_in_force="day",
        quantity=quantity,
        notional=notional,
        limit_price=None,
        extended_hours=False,
        client_order_id="c",
    )
    return Order(
        id="o",
        account_id="a",
        asset_id="i",
        request=request,
        created_at="2026-03-02T15:00:00Z",
        updated_at="",
        status="new",
        filled=Money.zero(SHARE),
    )


def assert_cash_is_what_is_printed(filled: Order) -> None:
    """The next whole cent, and never further from what is printed than its last decimal explains."""
    shown = order_view(filled)
    quantity = Decimal(str(shown["filled_qty"]))
    printed = quantity * Decimal(str(shown["filled_avg_price"]))
    cash = Decimal(filled.cash.decimal)
    assert printed <= cash < printed + quantity * Decimal("1e-10") + Decimal("0.01")


@given(st.lists(st.tuples(st.integers(1, 10**14), prices), min_size=1, max_size=6))
def test_cash_is_always_the_printed_quantity_times_the_printed_average(
    fills: list[tuple[int, Money]],
) -> None:
    filling = order(quantity=Money(10**17, SHARE))
    for minor, price in fills:
        before = filling.cash
        filling.fill(Money(minor, SHARE), price, complete=False, at="")
        assert filling.cash >= before
        assert_cash_is_what_is_printed(filling)


@given(st.integers(1, 10**14), prices, st.integers(1, 5))
def test_nothing_is_gained_by_selling_what_was_bought_in_pieces(
    minor: int, price: Money, pieces: int
) -> None:
    paid = Money.zero(USD)
    for _ in range(pieces):
        buying = order(quantity=Money(minor, SHARE))
        buying.fill(Money(minor, SHARE), price, complete=True, at="")
        assert buying.cash.is_positive
        paid += buying.cash
    selling = order(quantity=Money(minor * pieces, SHARE), side="sell")
    selling.fill(Money(minor * pieces, SHARE), price, complete=True, at="")
    assert selling.cash <= paid


@given(st.integers(100, 10_000_000_00), st.lists(prices, min_size=1, max_size=6))
def test_a_purchase_by_notional_never_costs_more_than_it(cents: int, path: list[Money]) -> None:
    notional = Money(cents, USD)
    filling = order(notional=notional)
    for price in path:
        part = Money((filling.remaining(price).minor + 1) // 2, SHARE)
        if part:
            filling.fill(part, price, complete=False, at="")
            assert_cash_is_what_is_printed(filling)
    assert filling.cash <= notional
