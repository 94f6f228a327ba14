from __future__ import annotations

from typing import Any

import attrs
import pytest

from domain.ids import reference
from domain.money import Money
from domain.processes.facts.effects import EffectRefused, EffectUnknown, LedgerRefused
from domain.processes.facts.trading import CancelRequested, OrderReported, OrderStatus
from domain.processes.instructions import CancelOrder, LookUp, LookupKind, PlaceOrder
from domain.processes.trading import order_execution
from domain.processes.trading.order_execution import decide
from domain.quantity import Price
from domain.review.given_up import GivenUp
from domain.trading.order import Order, OrderStage, OrderType, Side
from tests.support import builders as a

ORDER = a.order()
PLACED = order_execution.place(ORDER).record


def shares(text: str) -> Money:
    return Money.of(text, a.buy().asset)


def report(status: OrderStatus, filled: str = "0", **changes: Any) -> OrderReported:
    """A snapshot of the order; what is filled was filled at 100 dollars."""
    plain = OrderReported(
        reference=ORDER.reference,
        provider_id="o-1",
        status=status,
        filled=shares(filled),
        average_price=Price.of("100") if filled != "0" else None,
    )
    return attrs.evolve(plain, **changes)


def half_filled() -> Order:
    return decide(PLACED, report(OrderStatus.OPEN, "0.5")).record


def paused(order: Order) -> Order:
    return decide(order, LedgerRefused(reference=order.reference, reason="refused")).record


def test_an_order_is_reserved_for_before_it_is_sent() -> None:
    placing = order_execution.place(ORDER)
    assert placing.record == attrs.evolve(ORDER, stage=OrderStage.RESERVED)
    assert [entry.template for entry in placing.entries] == ["reserved"]
    sent = PlaceOrder(reference=ORDER.reference, broker_account_id="broker-ada", terms=ORDER.terms)
    assert placing.instructions == (sent,)


WAY = [
    (OrderStage.SUBMITTED, report(OrderStatus.ACCEPTED)),
    (OrderStage.ACCEPTED, report(OrderStatus.OPEN)),
    (OrderStage.PARTIALLY_FILLED, report(OrderStatus.OPEN, "0.5")),
]


@pytest.mark.parametrize("late", range(3))
@pytest.mark.parametrize("known", range(3))
def test_a_late_snapshot_never_takes_an_order_back(known: int, late: int) -> None:
    order = decide(PLACED, WAY[known][1]).record
    assert order.stage is WAY[known][0]
    assert decide(order, WAY[late][1]).record.stage is WAY[max(known, late)][0]


def test_a_snapshot_without_a_fill_does_not_take_back_that_a_part_is_filled() -> None:
    order = half_filled()
    assert decide(order, report(OrderStatus.ACCEPTED)).record == order


@pytest.mark.parametrize("status", [OrderStatus.ACCEPTED, OrderStatus.OPEN])
def test_an_order_being_cancelled_stays_so_until_it_has_ended(status: OrderStatus) -> None:
    cancelling = decide(PLACED, CancelRequested()).record
    assert decide(cancelling, report(status)).record.stage is OrderStage.CANCEL_REQUESTED
    filling = decide(cancelling, report(OrderStatus.OPEN, "0.5")).record
    assert (filling.stage, filling.filled) == (OrderStage.CANCEL_REQUESTED, shares("0.5"))


def test_a_cancellation_waits_until_the_broker_has_the_order() -> None:
    waiting = decide(PLACED, CancelRequested())
    assert waiting.instructions == ()
    known = decide(waiting.record, report(OrderStatus.ACCEPTED))
    cancel = CancelOrder(
        reference=reference(ORDER.id, "cancel"),
        order=ORDER.reference,
        broker_account_id="broker-ada",
    )
    lookup = LookUp.into(LookupKind.ORDER, ORDER.reference, account_id="broker-ada")
    assert known.instructions == (lookup, cancel)
    assert decide(half_filled(), CancelRequested()).instructions == (cancel,)
    assert decide(known.record, CancelRequested()).instructions == (), "asked twice"


def test_a_refused_cancellation_leaves_the_order_as_it_is() -> None:
    refused = EffectRefused(reference=reference(ORDER.id, "cancel"), reason="too late")
    assert decide(PLACED, refused).record == PLACED


def test_the_reason_stays_until_the_broker_gives_another() -> None:
    order = attrs.evolve(PLACED, reason="halted")
    silent = decide(order, report(OrderStatus.OPEN)).record
    assert silent.reason == "halted"
    told = decide(order, report(OrderStatus.REJECTED, reason="no margin")).record
    assert told.reason == "no margin"


def test_an_order_of_which_nothing_is_heard_goes_to_review_in_doubt() -> None:
    stuck = decide(PLACED, EffectUnknown(reference=ORDER.reference, reason="no news")).record
    assert stuck == attrs.evolve(
        PLACED,
        stage=OrderStage.MANUAL_REVIEW,
        paused_stage=OrderStage.RESERVED,
        reason="no news",
        given_up=(GivenUp(reference=ORDER.reference, has_failed=False),),
    )


def test_each_fill_is_booked_under_a_key_of_its_own() -> None:
    first = decide(PLACED, report(OrderStatus.OPEN, "0.5"))
    second = decide(first.record, report(OrderStatus.FILLED, "0.75"))
    keys = [entry.key for entry in (*first.entries, *second.entries)]
    assert keys == [f"{ORDER.id}:fill:1", f"{ORDER.id}:fill:2", f"{ORDER.id}:released:2"]


def test_a_fill_while_paused_is_booked_and_ends_the_review() -> None:
    stuck = decide(PLACED, EffectUnknown(reference=ORDER.reference, reason="no news")).record
    filling = decide(stuck, report(OrderStatus.OPEN, "0.5"))
    assert [entry.template for entry in filling.entries] == ["bought"]
    order = filling.record
    assert (order.stage, order.paused_stage) == (OrderStage.PARTIALLY_FILLED, None)
    assert (order.reason, order.given_up) == (None, ())


def test_a_snapshot_while_paused_that_shows_the_order_moving_on_ends_the_review() -> None:
    order = decide(paused(PLACED), report(OrderStatus.OPEN)).record
    assert (order.stage, order.paused_stage) == (OrderStage.ACCEPTED, None)
    ended = decide(paused(half_filled()), report(OrderStatus.CANCELED, "0.5"))
    assert ended.record.stage is OrderStage.CANCELED
    assert [entry.template for entry in ended.entries] == ["released"]


@pytest.mark.parametrize(
    "snapshot",
    [
        report(OrderStatus.OPEN, "0.5"),
        report(OrderStatus.OPEN, "0.25"),
        report(OrderStatus.CANCELED, "0.25"),
        report(OrderStatus.FILLED, "0.75", average_price=None),
    ],
)
def test_a_snapshot_while_paused_that_shows_nothing_more_leaves_it_in_review(
    snapshot: OrderReported,
) -> None:
    order = paused(half_filled())
    assert decide(order, snapshot).record == order


def test_a_second_problem_in_review_does_not_hide_where_the_order_stopped() -> None:
    again = LedgerRefused(reference=ORDER.reference, reason="refused again")
    order = decide(paused(half_filled()), again).record
    assert (order.paused_stage, order.reason) == (OrderStage.PARTIALLY_FILLED, "refused again")


def test_the_trail_tells_the_terms_that_were_given() -> None:
    terms = order_execution.PROCESS.terms
    assert terms(a.order(basket="thirds")) == {
        "symbol": "AAPL",
        "side": "buy",
        "type": "market",
        "notional": str(a.dollars("100.00")),
        "basket": "thirds",
    }
    limited = attrs.evolve(a.sell("2"), type=OrderType.LIMIT, limit_price=Price.of("9"))
    assert terms(a.order(terms=limited)) == {
        "symbol": "AAPL",
        "side": Side.SELL.value,
        "type": "limit",
        "quantity": str(shares("2")),
        "limit_price": str(Price.of("9")),
    }


def test_news_of_an_order_matters_until_it_has_ended() -> None:
    awaits = order_execution.PROCESS.awaits
    assert awaits(PLACED, ORDER.reference)
    assert not awaits(PLACED, reference(ORDER.id, "cancel"))
    for stage in (stage for stage in OrderStage if stage.is_final):
        assert stage in order_execution.PROCESS.ended
        assert not awaits(attrs.evolve(PLACED, stage=stage), ORDER.reference)
