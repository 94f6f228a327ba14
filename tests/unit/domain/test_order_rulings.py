"""An order that two people correct is booked as the broker shows it."""

from __future__ import annotations

import attrs
import pytest

from domain.ledger.templates import trading as trading_templates
from domain.money import Money
from domain.processes.facts.effects import EffectUnknown, LedgerRefused
from domain.processes.facts.review import Ruled
from domain.processes.instructions import LookUp, LookupKind
from domain.processes.rulings import questions, rule
from domain.processes.trading.order_execution import decide
from domain.review.ruling import Action, Evidence
from domain.trading.order import Order, OrderStage
from tests.support import builders as a
from tests.support.builders import ADA


def shares(text: str) -> Money:
    return Money.of(text, a.buy().asset)


def in_review(order: Order) -> Order:
    filled = attrs.evolve(
        order,
        stage=OrderStage.PARTIALLY_FILLED,
        filled=shares("2"),
        cost=a.dollars("20.00"),
        fills=3,
    )
    return decide(filled, LedgerRefused(reference=order.reference, reason="corrected")).record


BUY = in_review(a.order())
SELL = in_review(a.order(terms=a.sell("4")))


def correct(filled: str, cost: str) -> Ruled:
    seen = Evidence(filled=shares(filled), cost=a.dollars(cost))
    return Ruled(action=Action.CORRECT, reason="seen", evidence=seen)


@pytest.mark.parametrize("order", [BUY, SELL])
def test_a_corrected_order_goes_on_where_it_stopped_with_what_the_broker_shows(
    order: Order,
) -> None:
    assert rule(order, correct("1.5", "12.00")).record == attrs.evolve(
        order,
        stage=OrderStage.PARTIALLY_FILLED,
        paused_stage=None,
        reason=None,
        filled=shares("1.5"),
        cost=a.dollars("12.00"),
        fills=4,
        lookups=2,
    )


def test_an_order_that_continues_after_its_review_is_looked_up_again() -> None:
    first, second = (rule(BUY, correct(filled, "12.00")) for filled in ("1.5", "2"))
    for outcome in (first, second):
        [lookup] = outcome.instructions
        assert isinstance(lookup, LookUp)
        assert lookup.about == BUY.reference
        assert lookup.reference.endswith(":2")
    again = rule(in_review(first.record), correct("1", "8.00"))
    assert [each.reference[-2:] for each in again.instructions] == [":3"]


@pytest.mark.parametrize(
    ("order", "has_shares", "has_dollars"), [(BUY, "-0.5", "8.00"), (SELL, "0.5", "-8.00")]
)
def test_a_smaller_fill_takes_shares_from_a_buyer_and_dollars_from_a_seller(
    order: Order, has_shares: str, has_dollars: str
) -> None:
    [entry] = rule(order, correct("1.5", "12.00")).entries
    assert entry == trading_templates.fill_corrected(
        f"{order.id}:fill:4",
        owner=ADA,
        shares=shares(has_shares),
        dollars=a.dollars(has_dollars),
    )


def test_a_correction_of_the_price_alone_or_the_shares_alone_is_booked() -> None:
    assert rule(BUY, correct("2", "12.00")).record.cost == a.dollars("12.00")
    assert rule(BUY, correct("1", "20.00")).record.filled == shares("1")


def test_what_is_booked_already_is_confirmed_and_ends_the_review() -> None:
    outcome = rule(BUY, correct("2", "20.00"))
    assert (outcome.record.stage, outcome.entries) == (OrderStage.PARTIALLY_FILLED, ())


@pytest.mark.parametrize(
    "evidence",
    [
        Evidence(filled=shares("-1"), cost=a.dollars("20.00")),
        Evidence(filled=shares("1"), cost=a.dollars("-20.00")),
        Evidence(filled=shares("1")),
        Evidence(cost=a.dollars("10.00")),
    ],
)
def test_what_is_negative_or_incomplete_corrects_nothing(
    evidence: Evidence,
) -> None:
    outcome = rule(BUY, Ruled(action=Action.CORRECT, reason="seen", evidence=evidence))
    assert (outcome.record, outcome.entries) == (BUY, ())


def test_an_order_that_may_still_be_placed_is_not_ruled_never_to_have_happened() -> None:
    order = a.order(stage=OrderStage.RESERVED)
    refused = decide(order, LedgerRefused(reference=order.reference, reason="no")).record
    ruled = Ruled(action=Action.DID_NOT_HAPPEN, reason="seen")
    assert rule(refused, ruled).record == refused


def test_an_order_ruled_never_to_have_happened_says_why() -> None:
    order = a.order(stage=OrderStage.RESERVED)
    stuck = decide(order, EffectUnknown(reference=order.reference, reason="no news")).record
    ruled = Ruled(action=Action.DID_NOT_HAPPEN, reason="not at the broker")
    assert rule(stuck, ruled).record.reason == "not at the broker"


def test_the_broker_is_asked_about_an_order_in_the_account_that_placed_it() -> None:
    [question] = questions(BUY)
    assert question == LookUp.into(LookupKind.ORDER, BUY.reference, account_id="broker-ada")
