from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.money import (
    MINOR_MAX,
    USD,
    USDC,
    Asset,
    AssetMismatch,
    Money,
    NotAnAmount,
    PrecisionLost,
    Rate,
    Rounding,
)
from domain.quantity import Price

quickly = settings(deadline=None, max_examples=60)
assets = st.sampled_from([USD, USDC, Asset.share("AAPL"), Asset("JPY", 0)])
minors = st.integers(-MINOR_MAX, MINOR_MAX)
weights = st.lists(st.integers(0, 10_000), min_size=1, max_size=20).filter(any)


@quickly
@given(minors, assets)
def test_an_amount_reads_back_as_it_was_written(minor: int, asset: Asset) -> None:
    money = Money(minor, asset)
    assert Money.of(money.decimal, asset) == money
    assert Decimal(money.decimal) == Decimal(minor).scaleb(-asset.scale)


@quickly
@given(assets)
def test_an_asset_reads_back_as_it_was_written(asset: Asset) -> None:
    assert Asset.parse(str(asset)) == asset


@pytest.mark.parametrize(
    ("text", "minor"),
    [("1.50", 150), ("1.5", 150), ("-0.01", -1), ("0", 0), ("1.500000", 150)],
)
def test_decimal_strings_are_read_exactly(text: str, minor: int) -> None:
    assert Money.of(text, USD) == Money(minor, USD)


@pytest.mark.parametrize("text", ["1.005", "0.001"])
def test_nothing_is_rounded_silently(text: str) -> None:
    with pytest.raises(PrecisionLost):
        Money.of(text, USD)


@pytest.mark.parametrize(
    "text", ["", "abc", "1,5", "NaN", "Infinity", "-Infinity", "1e2", "1_0", " 1", "1" * 30]
)
def test_what_is_not_an_amount_is_refused(text: str) -> None:
    with pytest.raises(NotAnAmount):
        Money.of(text, USD)


def test_an_amount_fits_the_database() -> None:
    with pytest.raises(NotAnAmount):
        Money(MINOR_MAX, USD) + Money(1, USD)


@quickly
@given(minors, weights, assets)
def test_the_parts_of_a_split_add_up_to_the_whole(
    minor: int, shares: list[int], asset: Asset
) -> None:
    parts = Money(minor, asset).split(shares)
    assert sum(part.minor for part in parts) == minor
    assert len(parts) == len(shares)


@quickly
@given(st.integers(0, 10**12), weights)
def test_a_split_is_fair_to_one_unit_and_first_come_first_served(
    minor: int, shares: list[int]
) -> None:
    parts = Money(minor, USD).split(shares)
    extras = []
    for part, weight in zip(parts, shares, strict=True):
        extra = part.minor - minor * weight // sum(shares)
        assert extra in {0, 1}
        assert weight or not part
        extras += [extra] if weight else []
    assert extras == sorted(extras, reverse=True)


@pytest.mark.parametrize("shares", [[], [0, 0], [1, -1], [-1, 2]])
def test_a_split_needs_weights(shares: list[int]) -> None:
    with pytest.raises(NotAnAmount):
        Money(100, USD).split(shares)


@quickly
@given(st.integers(0, MINOR_MAX), st.integers(0, 9))
def test_splitting_at_a_scale_leaves_less_than_one_unit_as_dust(minor: int, scale: int) -> None:
    whole, dust = Money(minor, USDC).split_at(scale)
    assert whole + dust == Money(minor, USDC)
    unit = 10 ** max(USDC.scale - scale, 0)
    assert 0 <= dust.minor < unit
    assert whole.minor % unit == 0


def test_dust_below_a_cent_is_named_exactly() -> None:
    whole, dust = Money.of("250.009999", USDC).split_at(USD.scale)
    assert (whole, dust) == (Money.of("250", USDC), Money.of("0.009999", USDC))


@quickly
@given(minors, minors)
def test_comparisons_agree_with_numbers(one: int, other: int) -> None:
    left, right = Money(one, USD), Money(other, USD)
    assert (left < right, left <= right) == (one < other, one <= other)
    assert (left > right, left >= right) == (one > other, one >= other)
    assert (bool(left), left.is_positive) == (one != 0, one > 0)
    assert (-left).minor == -one


@pytest.mark.parametrize("operation", ["__add__", "__sub__", "__lt__", "__le__", "__gt__"])
def test_amounts_of_two_assets_never_meet(operation: str) -> None:
    fund = Money(1, Asset.share("USD"))
    with pytest.raises(AssetMismatch):
        getattr(Money(1, USD), operation)(fund)


@quickly
@given(st.integers(-(10**12), 10**12), st.fractions(0, 1000, max_denominator=10**6))
def test_a_rate_loses_less_than_one_unit_in_the_direction_asked_for(
    minor: int, value: Fraction
) -> None:
    rate, money = Rate(USDC, USD, value), Money(minor, USDC)
    exact = Fraction(minor, 10**USDC.scale) * value * 10**USD.scale
    down = rate.convert(money, rounding=Rounding.DOWN).minor
    up = rate.convert(money, rounding=Rounding.UP).minor
    nearest = rate.convert(money, rounding=Rounding.HALF_EVEN).minor
    assert down <= exact <= up
    assert up - down <= 1
    assert abs(exact - nearest) <= Fraction(1, 2)


def test_a_rate_converts_its_own_asset_only() -> None:
    rate = Rate.of("0.9995", USDC, USD)
    assert rate.convert(Money.of("100", USDC), rounding=Rounding.DOWN) == Money.of("99.95", USD)
    with pytest.raises(AssetMismatch):
        rate.convert(Money.of("1", USD), rounding=Rounding.DOWN)
    with pytest.raises(NotAnAmount):
        Rate.of("cheap", USDC, USD)


@quickly
@given(st.integers(0, 10**15), st.decimals(0, 10**5, places=6))
def test_a_cost_is_within_half_a_cent_of_exact(minor: int, price: Decimal) -> None:
    shares = Money(minor, Asset.share("AAPL"))
    exact = Fraction(minor, 10**9) * Fraction(price) * 100
    assert abs(Price.of(str(price)).cost(shares).minor - exact) <= Fraction(1, 2)


def test_a_price_is_a_positive_number_for_shares() -> None:
    assert str(Price.of("190.123456")) == "190.123456"
    with pytest.raises(AssetMismatch):
        Price.of("1").cost(Money.of("1", USDC))
    for text in ("-1", "NaN", "Infinity", "x"):
        with pytest.raises(NotAnAmount):
            Price.of(text)
