from __future__ import annotations

from typing import Any

import pytest

from adapters.due import translation, wire
from domain.funding.conversion import Settlement
from domain.ids import Reference
from domain.money import USD, USDC, Money
from domain.processes.facts.funding import ConversionFailed, ConversionHeld, ConversionSettled
from tests.unit.adapters.due.documents import transfer

REF = Reference("p:offramp:1")


def ending(status: str, **changes: Any) -> translation.Ending | None:
    return translation.ending(REF, wire.read(transfer(status, **changes), wire.Transfer))


def settled(**changes: Any) -> Settlement:
    fact = ending("payment_processed", **changes)
    assert isinstance(fact, ConversionSettled)
    return fact.settlement


def test_dues_sample_adds_up() -> None:
    assert settled() == Settlement(
        sold=Money.of("150", USDC),
        bought=Money.of("150", USD),
        fee=Money.of("2.50", USD),
        provider_id="tf_2gh",
    )


def test_the_total_fee_is_believed_before_its_parts() -> None:
    settlement = settled(destination={"totalFee": "3.00", "applicationFee": "0.50"})
    assert settlement.fee == Money.of("3.00", USD)


def test_an_application_fee_is_a_fee() -> None:
    settlement = settled(destination={"applicationFee": "0.50"})
    assert settlement.fee == Money.of("3.00", USD)
    assert settlement.delivered == Money.of("147.50", USD)


def test_a_fee_at_the_source_is_shown_in_what_was_bought() -> None:
    settlement = settled(source={"fee": "1.005"}, fxRate=0.99)
    assert settlement.sold == Money.of("150", USDC)
    assert settlement.fee == Money.of("3.49", USD)
    assert settlement.bought == Money.of("150.99", USD)
    assert settlement.delivered == Money.of("147.50", USD)


def test_a_rate_other_than_one_is_a_price_and_not_a_fee() -> None:
    settlement = settled(destination={"amount": "146.00"}, fxRate=0.99)
    assert settlement.bought == Money.of("148.50", USD)
    assert settlement.fee == Money.of("2.50", USD)


def test_what_went_out_on_chain_has_a_hash() -> None:
    settlement = settled(
        source={"amount": "80.00", "currency": "USD"},
        destination={
            "amount": "79.5",
            "fee": "0.5",
            "currency": "USDC",
            "confirmation": {"kind": "onchain", "hash": "0xabc", "eventIdx": 0},
        },
    )
    assert settlement.tx_hash == "0xabc"
    assert settlement.delivered == Money.of("79.5", USDC)


@pytest.mark.parametrize(
    "destination", [{"amount": "147.505"}, {"amount": "much"}, {"currency": "EUR"}]
)
def test_amounts_that_cannot_be_read_are_held(destination: dict[str, Any]) -> None:
    assert isinstance(ending("payment_processed", destination=destination), ConversionHeld)


@pytest.mark.parametrize("status", ["failed", "canceled"])
def test_what_ended_unpaid_has_failed(status: str) -> None:
    assert isinstance(ending(status), ConversionFailed)


@pytest.mark.parametrize("status", ["failed", "canceled"])
@pytest.mark.parametrize(
    "source", [{"confirmation": {"hash": "0xabc"}}, {"virtualAccountId": "va_1"}]
)
def test_what_ended_with_our_money_in_it_is_held(status: str, source: dict[str, Any]) -> None:
    assert isinstance(ending(status, source=source), ConversionHeld)


@pytest.mark.parametrize(
    "status", ["manual_review", "action_required", "refund_submitted", "refund_processed"]
)
def test_what_a_person_must_look_at_is_held(status: str) -> None:
    assert isinstance(ending(status), ConversionHeld)


@pytest.mark.parametrize(
    "status", ["awaiting_funds", "funds_received", "approved", "payment_submitted", "completed"]
)
def test_what_is_under_way_or_unknown_is_no_news(status: str) -> None:
    assert ending(status) is None
