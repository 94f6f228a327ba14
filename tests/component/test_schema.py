"""JSON in is taken literally or refused by field; JSON out has one form for each kind of value."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import attrs
import pytest

from domain.errors import DomainError
from domain.money import USD, USDC, Asset, Money, NotAnAmount, PrecisionLost
from domain.quantity import Price
from domain.trading.order import Side
from domain.wallets.chain import Chain, UnknownChain
from entrypoints.http import parsing, serialization
from entrypoints.http.problems import InvalidInput


@attrs.frozen(kw_only=True)
class Shape:
    text: str = "x"
    flag: bool = True
    day: date = date(2000, 1, 1)
    side: Side = Side.BUY
    chain: Chain = Chain.BASE
    amount: parsing.DecimalText | None = None


@attrs.frozen(kw_only=True)
class Needed:
    one: str
    two: str


def refusal(document: dict[str, Any], shape: type[Any] = Shape) -> dict[str, str]:
    with pytest.raises(InvalidInput) as caught:
        parsing.structure(document, shape)
    return {each.field: each.message for each in caught.value.errors}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", 12),
        ("text", None),
        ("text", ""),
        ("text", "  "),
        ("text", "x" * 301),
        ("text", "nul\x00"),
        ("flag", 1),
        ("flag", "true"),
        ("day", "2000-02-30"),
        ("day", "20000101"),
        ("day", 20000101),
        ("side", "BUY"),
        ("side", 1),
        ("side", []),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_by_its_field(field: str, value: Any) -> None:
    assert list(refusal({field: value})) == [field]


def test_everything_wrong_is_reported_at_once() -> None:
    wrong = refusal({"one": 1, "three": "x"}, Needed)
    assert wrong == {"one": "must be a string", "two": "required", "three": "unknown field"}


def test_what_is_reported_has_a_limit() -> None:
    assert len(refusal({f"field{number:04}": 1 for number in range(1000)})) == parsing.REASONS_MAX


def test_a_choice_names_the_choices() -> None:
    assert refusal({"side": "hold"}) == {"side": "must be one of buy, sell"}


def test_an_unknown_chain_is_the_domains_own_refusal() -> None:
    with pytest.raises(UnknownChain) as caught:
        parsing.structure({"chain": "dogecoin"}, Shape)
    assert caught.value.field == "chain"


@pytest.mark.parametrize(
    "amount", [12, 12.5, True, "", " 12", "1e3", "1_000", "12.", ".5", "+1", "NaN", "١٢", "1,5"]
)
def test_an_amount_is_a_plain_decimal_string(amount: Any) -> None:
    with pytest.raises(NotAnAmount) as caught:
        parsing.structure({"amount": amount}, Shape)
    assert caught.value.field == "amount"


def test_a_number_for_an_amount_is_told_what_to_send() -> None:
    with pytest.raises(NotAnAmount, match="not a JSON number"):
        parsing.structure({"amount": 12.5}, Shape)


def test_decimals_that_the_asset_cannot_hold_name_the_field() -> None:
    with pytest.raises(PrecisionLost) as caught:
        parsing.money(parsing.DecimalText("1.005"), USD, field="notional")
    assert caught.value.field == "notional"


def test_a_field_named_by_the_domain_stays_named() -> None:
    with pytest.raises(DomainError) as caught, parsing.naming("outer"):
        raise NotAnAmount(field="inner")
    assert caught.value.field == "inner"


def test_a_good_document_is_taken() -> None:
    document = {"text": "a", "flag": False, "day": "1990-12-31", "side": "sell", "amount": "0.10"}
    shape = parsing.structure(document, Shape)
    assert (shape.text, shape.flag, shape.day) == ("a", False, date(1990, 12, 31))
    assert (shape.side, shape.amount) == (Side.SELL, "0.10")


@pytest.mark.parametrize(
    ("value", "json"),
    [
        (Money.of("12.5", USD), {"value": "12.50", "asset": "USD"}),
        (Money.of("0.000001", USDC), {"value": "0.000001", "asset": "USDC"}),
        (Money.of("1.5", Asset.share("AAPL")), "1.500000000"),
        (Price.of("190.12"), "190.12"),
        (Side.BUY, "buy"),
        (datetime(2026, 1, 2, 3, 4, 5, 6789, tzinfo=UTC), "2026-01-02T03:04:05.006Z"),
        (datetime(2026, 1, 2, tzinfo=timezone(timedelta(hours=2))), "2026-01-01T22:00:00.000Z"),
    ],
)
def test_each_kind_of_value_has_one_form(value: Any, json: Any) -> None:
    assert serialization.unstructure({"x": value}) == {"x": json}
