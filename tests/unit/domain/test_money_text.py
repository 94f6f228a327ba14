"""The texts of an amount, as they stand in documents, audit records, answers and trails."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import money_text
from domain.money import MINOR_MAX, USD, USDC, Asset, Money, NotAnAmount

amounts = st.builds(
    Money,
    st.integers(-MINOR_MAX, MINOR_MAX),
    st.sampled_from([USD, USDC, Asset.share("BRK.B"), Asset("JPY", 0)]),
)


def test_an_amount_has_five_texts() -> None:
    amount = Money.of("250", USDC)
    assert str(amount) == "250.000000 USDC"
    assert money_text.signed(amount) == "+250.000000"
    assert money_text.exact(amount) == "250.000000 USDC/6"
    assert money_text.public(amount) == {"value": "250.000000", "asset": "USDC"}
    assert money_text.posted(amount) == {"amount": "250.000000", "asset": "USDC/6"}


@pytest.mark.parametrize(("text", "signed"), [("-2.50", "-2.50"), ("0", "+0.00"), ("1", "+1.00")])
def test_a_change_has_a_sign(text: str, signed: str) -> None:
    assert money_text.signed(Money.of(text, USD)) == signed


@given(amounts)
def test_an_exact_text_is_read_back(amount: Money) -> None:
    assert money_text.parse_exact(money_text.exact(amount)) == amount


@pytest.mark.parametrize("text", ["", "250", "250 USDC", "USDC/6", "2e2 USDC/6"])
def test_another_text_is_no_exact_amount(text: str) -> None:
    with pytest.raises((ValueError, NotAnAmount)):
        money_text.parse_exact(text)
