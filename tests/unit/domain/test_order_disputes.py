"""What the broker says is booked, or known already, or goes to a person; nothing of it is dropped."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import Any

import attrs
import pytest

from domain.ledger.account import Role
from domain.money import USD, Asset, Money
from domain.processes.facts.effects import EffectRefused, EffectUnknown, LedgerRefused
from domain.processes.facts.review import Ruled
from domain.processes.facts.trading import CancelRequested, Execution, OrderReported, OrderStatus
from domain.processes.instructions import CancelOrder
from domain.processes.rulings import rule
from domain.processes.trading import order_execution
from domain.processes.trading.order_execution import decide
from domain.quantity import Price
from domain.review.ruling import Action, Evidence
from domain.trading.order import Order, OrderNotOpen, OrderStage, Side
from domain.trading.report_age import ReportAge
from tests.support import builders as a
from tests.support.builders import AT
from tests.unit.domain.histories import History

AAPL = Asset.share("AAPL")
BUY = a.order(terms=attrs.evolve(a.sell("10"), side=Side.BUY), hold=a.dollars("1000.00"))
SELL = a.order(terms=a.sell("64"), hold=Money.of("64", AAPL))


def told(
    at_s: int,
    filled: str,
    price: str | None = None,
    status: OrderStatus = OrderStatus.OPEN,
    **changes: Any,
) -> OrderReported:
    """A snapshot from second ``at_s``: so much is filled, at this average."""
    plain = OrderReported(
        reference=BUY.reference,
        provider_id="o-1",
        status=status,
        filled=Money.of(filled, AAPL),
        average_price=None if price is None else Price.of(price),
        age=ReportAge(updated_at=AT + timedelta(seconds=at_s)),
    )
    return attrs.evolve(plain, **changes)


def event(at_s: int, *about: Any, **changes: Any) -> OrderReported:
    """The same as an event."""
    plain = told(at_s, *about, **changes)
    return attrs.evolve(plain, age=attrs.evolve(plain.age, event_id=f"01J{at_s:05}"))


def lived(order: Order, *facts: OrderReported) -> History:
    history = History(order)
    history.seed(a.funding(a.ADA, "2000.00"))
    asset = order.hold.asset
    if asset == AAPL:
        history.seed(a.shares(a.ADA, order.hold))
    history.take(order_execution.place(order))
    for fact in facts:
        history.learn(fact)
    return history


def order_of(history: History) -> Order:
    assert isinstance(history.record, Order)
    return history.record


def correct(filled: str, cost: str) -> Ruled:
    seen = Evidence(filled=Money.of(filled, AAPL), cost=a.dollars(cost))
    return Ruled(action=Action.CORRECT, reason="seen", evidence=seen)


CORRECTED = {
    "a sale at a lower price": (SELL, "32", "190.12", "32", "120", "64", "90", "5760.00"),
    "a buy at a lower price": (BUY, "5", "100", "5", "60", "6", "60", "360.00"),
    "a buy at a higher price": (BUY, "5", "100", "5", "110", "6", "100", "600.00"),
    "a bust": (BUY, "5", "100", "0", None, "6", "50", "300.00"),
    "a smaller quantity": (BUY, "5", "100", "2", "100", "6", "100", "600.00"),
}


@pytest.mark.situation(
    "a fill is corrected, then another fill comes",
    must="the review ends by a ruling, and the books show what the broker has",
)
@pytest.mark.parametrize(
    ("tell", "changes"),
    [(event, {"corrects": True}), (told, {})],
    ids=["told", "only looked up"],
)
@pytest.mark.parametrize("case", CORRECTED.values(), ids=CORRECTED)
def test_a_correction_is_not_ended_by_the_next_fill(
    case: tuple[Any, ...], tell: Any, changes: dict[str, Any]
) -> None:
    order, first, price, then, corrected_to, all_filled, average, cost = case
    history = lived(order, event(1, first, price))
    history.learn(tell(2, then, corrected_to, **changes))
    assert order_of(history).stage is OrderStage.MANUAL_REVIEW
    last = event(3, all_filled, average, status=OrderStatus.FILLED)
    assert history.learn(last).entries == ()
    assert order_of(history).stage is OrderStage.MANUAL_REVIEW
    history.take(rule(history.record, correct(all_filled, cost)))
    history.learn(told(3, all_filled, average, status=OrderStatus.FILLED))
    ended = order_of(history)
    assert (ended.stage, ended.cost, ended.hold.minor) == (OrderStage.FILLED, a.dollars(cost), 0)
    sign = 1 if order is SELL else -1
    cash = history.owned(USD, Role.CASH) - history.owned(USD, Role.OWED)
    assert cash.minor == 200_000 + sign * a.dollars(cost).minor


def test_a_correction_that_was_lost_is_noticed_by_the_next_fill() -> None:
    for facts in (
        [event(1, "5", "100"), event(2, "6", "60")],
        [event(1, "5", "100"), event(2, "6", "110", execution=_execution("100", "1"))],
    ):
        order = order_of(lived(BUY, *facts))
        assert (order.stage, order.cost) == (OrderStage.MANUAL_REVIEW, a.dollars("500.00"))


@pytest.mark.situation(
    "a fill is told again after its bust was ruled on", must="nothing is booked again"
)
@pytest.mark.parametrize("again", [event, told], ids=["event", "look-up"])
def test_a_fill_that_is_told_again_after_the_ruling_changes_nothing(again: Any) -> None:
    filled = again(1, "10", "100", status=OrderStatus.FILLED)
    history = lived(BUY, filled)
    history.learn(event(2, "0", status=OrderStatus.FILLED, corrects=True))
    history.take(rule(history.record, correct("0", "0")))
    ruled = order_of(history)
    assert (ruled.stage, ruled.filled, ruled.cost) == (
        OrderStage.FILLED,
        Money.zero(AAPL),
        a.dollars("0.00"),
    )
    for late in (filled, event(1, "10", "100"), told(1, "10", "100"), event(0, "4", "100")):
        assert history.learn(late).record == ruled
    assert history.owned(USD, Role.CASH) == a.dollars("2000.00")


@pytest.mark.situation("a bust is heard of before its fill", must="the late fill is not booked")
def test_a_bust_that_comes_before_its_fill_is_not_lost() -> None:
    history = lived(BUY, event(0, "0"), event(2, "0", corrects=True), event(1, "5", "100"))
    order = order_of(history)
    assert (order.stage, order.filled.minor) == (OrderStage.ACCEPTED, 0)


def test_later_reports_in_dispute_make_proposals_of_before_stale() -> None:
    history = lived(BUY, event(1, "5", "100"), event(2, "2", "100", corrects=True))
    before = order_of(history)
    history.learn(event(3, "4", "100"))
    after = order_of(history)
    assert after != before
    assert "4.000000000 AAPL" in (after.reason or "")
    assert history.learn(event(2, "2", "100", corrects=True)).record == after


STRANGE = {
    "another symbol": {"filled": Money.of("1", Asset.share("MSFT"))},
    "another side": {"side": Side.SELL},
    "another account": {"account_id": "broker-eve"},
}


@pytest.mark.parametrize("changes", STRANGE.values(), ids=STRANGE)
def test_what_was_not_ordered_is_not_booked(changes: dict[str, Any]) -> None:
    history = lived(BUY, event(1, "0"))
    outcome = history.learn(attrs.evolve(event(2, "1", "100"), **changes))
    assert outcome.entries == ()
    assert order_of(history).disputed


def test_more_than_was_ordered_is_booked_and_goes_to_a_person() -> None:
    history = lived(BUY, event(1, "12", "100", status=OrderStatus.FILLED))
    order = order_of(history)
    assert (order.stage, order.paused_stage) == (OrderStage.MANUAL_REVIEW, OrderStage.FILLED)
    assert order.cost == a.dollars("1200.00")
    assert history.owned(USD, Role.CASH) == a.dollars("800.00")
    history.take(rule(order, correct("12", "1200")))
    assert order_of(history).stage is OrderStage.FILLED


def test_an_order_that_lives_on_after_its_end_goes_to_a_person() -> None:
    refused = EffectRefused(reference=BUY.reference, reason="no")
    history = lived(BUY)
    history.take(decide(order_of(history), refused))
    assert order_of(history).stage is OrderStage.REJECTED
    history.learn(event(1, "2", "100"))
    order = order_of(history)
    assert (order.stage, order.filled) == (OrderStage.MANUAL_REVIEW, Money.of("2", AAPL))


def test_a_replaced_order_keeps_its_hold_and_is_followed() -> None:
    history = lived(BUY, event(1, "2", "100"))
    outcome = history.learn(event(2, "2", "100", status=OrderStatus.REPLACED))
    order = order_of(history)
    assert (order.stage, order.hold) == (OrderStage.PARTIALLY_FILLED, a.dollars("800.00"))
    assert [type(each).__name__ for each in outcome.instructions] == ["LookUp"]
    successor = told(3, "10", "90", status=OrderStatus.FILLED, provider_id="o-2")
    history.learn(successor)
    assert (order_of(history).stage, order_of(history).provider_id) == (OrderStage.FILLED, "o-2")
    assert history.owned(USD, Role.CASH) == a.dollars("1100.00")


def test_a_successor_that_does_not_exist_goes_to_a_person_who_ends_the_order() -> None:
    history = lived(BUY, event(1, "2", "100"))
    history.learn(told(2, "2", "100", status=OrderStatus.REPLACED))
    order = order_of(history)
    assert (order.disputed, order.hold) == (True, a.dollars("800.00"))
    history.take(rule(order, correct("3", "300")))
    order = order_of(history)
    assert (order.stage, order.hold.minor) == (OrderStage.CANCELED, 0)
    assert history.owned(USD, Role.CASH) == a.dollars("1700.00")


def _execution(price: str, quantity: str) -> Execution:
    return Execution(price=Price.of(price), quantity=Money.of(quantity, AAPL))


@pytest.mark.parametrize("average", ["1.0002", "1.0001", "1.00015"])
def test_fills_told_one_by_one_are_added_exactly_whatever_the_average_is_rounded_to(
    average: str,
) -> None:
    order = a.order(terms=a.buy("5000.75"))
    first = event(1, "2500", "1.0001", execution=_execution("1.0001", "2500"))
    second = event(2, "5000", average, OrderStatus.FILLED, execution=_execution("1.0002", "2500"))
    history = History(order)
    history.seed(a.funding(a.ADA, "5000.75"))
    history.take(order_execution.place(order))
    for fact in (first, second, told(2, "5000", average, OrderStatus.FILLED)):
        history.learn(fact)
    assert (order_of(history).stage, order_of(history).cost) == (
        OrderStage.FILLED,
        a.dollars("5000.75"),
    )


def test_a_buy_for_dollars_does_not_cost_more_by_the_rounding_of_its_average() -> None:
    order = a.order(terms=a.buy("5000.75"), stage=OrderStage.ACCEPTED)
    ended = decide(order, told(1, "5000", "1.0002", OrderStatus.FILLED)).record
    assert (ended.stage, ended.cost) == (OrderStage.FILLED, a.dollars("5000.75"))


@pytest.mark.situation("forty buys of half a cent, and their sum is sold", must="no cent is gained")
@pytest.mark.parametrize("quantity", ["0.000026", "0.000000001", "0.000079"])
def test_nothing_is_bought_for_nothing(quantity: str) -> None:
    small = decide(
        attrs.evolve(BUY, terms=attrs.evolve(BUY.terms, quantity=Money.of(quantity, AAPL))),
        told(1, quantity, "190.12", OrderStatus.FILLED),
    ).record
    assert small.cost.is_positive
    exact = Fraction("190.12") * Fraction(quantity)
    assert Fraction(small.cost.minor, 100) >= exact
    total = Money(40 * small.filled.minor, AAPL)
    selling = a.order(terms=attrs.evolve(SELL.terms, quantity=total), hold=total)
    sold = decide(selling, told(1, "0", provider_id="o-2")).record
    sold = decide(
        sold,
        attrs.evolve(told(2, "0", "190.12", OrderStatus.FILLED), filled=total),
    ).record
    assert sold.cost.minor <= 40 * small.cost.minor


REPORTS = [
    event(9, filled, price, status=status, corrects=corrects)
    for status in OrderStatus
    for filled, price in [("0", None), ("2", "100"), ("5", "100"), ("5", "60"), ("8", "100")]
    for corrects in (False, True)
]
STAGES = [stage for stage in OrderStage if stage is not OrderStage.DRAFT]


@pytest.mark.parametrize(
    ("stage", "report"), [(stage, report) for stage in STAGES for report in REPORTS]
)
def test_a_new_report_is_booked_or_agrees_or_goes_to_a_person(
    stage: OrderStage, report: OrderReported
) -> None:
    """For every stage and report, with 5 shares booked at 100.00."""
    order = decide(order_execution.place(BUY).record, event(1, "5", "100")).record
    hold = Money.zero(USD) if stage.is_final else order.hold
    order = attrs.evolve(order, stage=stage, hold=hold)
    if stage is OrderStage.MANUAL_REVIEW:
        refused = LedgerRefused(reference=order.reference, reason="no")
        order = decide(attrs.evolve(order, stage=OrderStage.ACCEPTED), refused).record
    after = decide(order, report).record
    told_cost = Fraction(report.filled.minor, 10**9) * (
        report.average_price.value if report.average_price else 0
    )
    agrees = (after.filled, Fraction(after.cost.minor, 100)) == (report.filled, told_cost)
    is_seen = after.disputed or report.status is OrderStatus.REPLACED
    assert agrees or is_seen, after
    if stage in {OrderStage.CANCELED, OrderStage.EXPIRED, OrderStage.REJECTED}:
        is_alive = report.status in {OrderStatus.OPEN, OrderStatus.ACCEPTED}
        assert after.disputed or not is_alive
    if stage is OrderStage.MANUAL_REVIEW and report.status.has_ended and not after.disputed:
        assert after.stage.is_final


@pytest.mark.situation(
    "the owner cancels an order that is in review and still live at the broker",
    must="the broker is asked to cancel it, and the dispute stays until it is ruled on",
)
@pytest.mark.parametrize("known", [told(1, "2", "100"), told(1, "0")])
def test_a_disputed_order_can_be_cancelled(known: OrderReported) -> None:
    history = lived(BUY, known, told(2, "1", "100", side=Side.SELL))
    assert order_of(history).disputed
    decision = history.learn(CancelRequested())
    assert [type(each) for each in decision.instructions] == [CancelOrder]
    order = order_of(history)
    assert (order.stage, order.disputed) == (OrderStage.MANUAL_REVIEW, True)
    history.learn(told(3, "2", "100", OrderStatus.CANCELED))
    assert order_of(history).stage is OrderStage.MANUAL_REVIEW
    history.take(rule(order_of(history), correct("2", "200.00")))
    assert order_of(history).stage is OrderStage.CANCEL_REQUESTED
    history.take(decide(order_of(history), told(4, "2", "100", OrderStatus.CANCELED)))
    assert order_of(history).stage is OrderStage.CANCELED
    assert not history.owned(USD, Role.HOLD)


def test_a_cancellation_that_the_broker_refuses_in_review_can_be_repeated() -> None:
    history = lived(BUY, told(1, "2", "100"), told(2, "1", "100", side=Side.SELL))
    first = history.learn(CancelRequested()).instructions[0]
    history.learn(EffectRefused(reference=first.reference, reason="not now"))
    order = order_of(history)
    assert (order.stage, order.paused_stage) == (
        OrderStage.MANUAL_REVIEW,
        OrderStage.PARTIALLY_FILLED,
    )
    again = history.learn(CancelRequested()).instructions[0]
    assert again.reference != first.reference


def test_a_cancellation_in_doubt_is_sent_once_the_broker_shows_the_order() -> None:
    history = lived(BUY)
    history.take(
        decide(order_of(history), EffectUnknown(reference=BUY.reference, reason="no news"))
    )
    assert history.learn(CancelRequested()).instructions == ()
    decision = history.learn(told(1, "0"))
    assert CancelOrder in {type(each) for each in decision.instructions}
    assert order_of(history).stage is OrderStage.CANCEL_REQUESTED


@pytest.mark.parametrize("stage", [s for s in OrderStage if s.is_final])
def test_an_order_that_ended_before_its_review_is_not_cancelled(stage: OrderStage) -> None:
    paused = attrs.evolve(BUY, stage=OrderStage.MANUAL_REVIEW, paused_stage=stage)
    with pytest.raises(OrderNotOpen):
        decide(paused, CancelRequested())
