"""Whatever is heard, every fill is booked once and what is held is what the ledger holds."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.ids import reference
from domain.ledger.account import Account, Role
from domain.ledger.entry import Entry, Posting
from domain.money import USD, Money
from domain.processes.facts.effects import EffectRefused, EffectUnknown
from domain.processes.facts.fact import Fact
from domain.processes.facts.trading import CancelRequested, OrderReported, OrderStatus
from domain.processes.trading import order_execution
from domain.quantity import Price
from domain.trading.order import InvalidOrder, Order, OrderNotOpen, OrderStage, Side
from domain.trading.report_age import ReportAge
from tests.support import builders as a
from tests.support.builders import ADA, AT
from tests.unit.domain.histories import STRANGER, History, decided, is_foreign, unmoved

SEED = a.dollars("1000.00")
SHARES = a.sell("10").quantity or Money.zero(a.buy().asset)
BUY = a.order(terms=a.buy("100.00"))
SELL = a.order(terms=a.sell("4"))
SELL_FOR_DOLLARS = a.order(
    terms=attrs.evolve(a.buy("100.00"), side=Side.SELL),
    hold=Money.of("1.05", a.buy().asset),
)
orders = st.sampled_from([BUY, SELL, SELL_FOR_DOLLARS])
REFERENCES = st.sampled_from([BUY.reference, BUY.reference, reference(STRANGER, "order")])
ENDED_WELL = [OrderStatus.FILLED, OrderStatus.CANCELED, OrderStatus.EXPIRED]
SMALL = 10**8
quickly = settings(deadline=None, max_examples=100)


@st.composite
def snapshots(draw: st.DrawFn, piece_max: int = 10**9) -> list[OrderReported]:
    """
    What a broker could report of one order, in order: cumulative, its average with four decimals.

    Small pieces never fill more than was ordered.
    """
    reports = [report(status) for status in (OrderStatus.ACCEPTED, OrderStatus.OPEN)]
    filled, gross = Money.zero(SHARES.asset), Fraction(0)
    for _ in range(draw(st.integers(0, 5))):
        piece = Money(draw(st.integers(1, piece_max)), SHARES.asset)
        price = Fraction(draw(st.integers(1, 2_000_000)), 10_000)
        filled += piece
        gross += Fraction(piece.minor, 10**9) * price
        average = round(gross / Fraction(filled.minor, 10**9) * 10_000)
        reports.append(report(OrderStatus.OPEN, filled, Price(Fraction(average, 10_000))))
    ended = attrs.evolve(reports[-1], status=draw(st.sampled_from(ENDED_WELL)))
    return [
        attrs.evolve(each, age=ReportAge(updated_at=AT + timedelta(seconds=number)))
        for number, each in enumerate([*reports, ended])
    ]


def report(
    status: OrderStatus, filled: Money | None = None, average: Price | None = None
) -> OrderReported:
    return OrderReported(
        reference=BUY.reference,
        provider_id="order-1",
        status=status,
        filled=filled or Money.zero(SHARES.asset),
        average_price=average,
    )


other_facts: st.SearchStrategy[Fact] = st.one_of(
    st.just(CancelRequested()),
    st.builds(EffectRefused, reference=REFERENCES, reason=st.just("because")),
    st.builds(EffectUnknown, reference=REFERENCES, reason=st.just("because")),
    st.just(attrs.evolve(report(OrderStatus.FILLED), reference=reference(STRANGER, "order"))),
)


@st.composite
def histories(draw: st.DrawFn) -> list[Fact]:
    """Snapshots of one order, shuffled and repeated, with other news in between."""
    heard = draw(snapshots())
    return draw(st.lists(st.sampled_from(heard) | other_facts, max_size=25))


def begun(order: Order) -> History:
    history = History(order)
    at_broker = Account(Role.BROKER, ADA, SHARES.asset)
    owned = Account(Role.SECURITY, ADA, SHARES.asset)
    history.seed(
        a.funding(ADA, SEED.decimal),
        Entry("shares", "seed", (Posting(at_broker, owned, SHARES),)),
    )
    history.take(order_execution.place(order))
    return history


def lived(order: Order, heard: list[Fact]) -> History:
    history = begun(order)
    for fact in heard:
        history.learn(fact)
    return history


def require_conserved(history: History) -> None:
    order = history.record
    assert isinstance(order, Order)
    bought = 1 if order.terms.side is Side.BUY else -1
    dollars = history.owned(USD, Role.CASH, Role.HOLD) - history.owned(USD, Role.OWED)
    shares = history.owned(SHARES.asset, Role.SECURITY, Role.HOLD)
    shares -= history.owned(SHARES.asset, Role.OWED)
    assert dollars.minor == SEED.minor - bought * order.cost.minor
    assert shares.minor == SHARES.minor + bought * order.filled.minor
    assert history.owned(order.hold.asset, Role.HOLD) == order.hold
    for asset in (USD, SHARES.asset):
        free = history.owned(asset, Role.CASH, Role.SECURITY)
        assert not (free and history.owned(asset, Role.OWED)), "free beside a debt"
    assert history.owned(USD, Role.BROKER) == dollars
    assert history.owned(SHARES.asset, Role.BROKER) == shares


@quickly
@given(orders, histories())
def test_money_and_shares_neither_appear_nor_vanish(order: Order, heard: list[Fact]) -> None:
    history = begun(order)
    for fact in heard:
        history.learn(fact)
        require_conserved(history)


@quickly
@given(orders, snapshots(SMALL), st.randoms(use_true_random=False))
def test_the_order_of_the_news_does_not_matter_in_the_end(
    order: Order, heard: list[OrderReported], chance: st.DataObject
) -> None:
    in_order = lived(order, list(heard)).record
    shuffled = heard[:-1]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    other = lived(order, [*shuffled, heard[-1]]).record
    assert isinstance(in_order, Order)
    assert isinstance(other, Order)
    assert (other.stage, other.filled, other.hold) == (
        in_order.stage,
        in_order.filled,
        in_order.hold,
    )


@quickly
@given(orders, snapshots(SMALL), st.lists(other_facts, max_size=8))
def test_an_order_that_has_ended_hears_nothing_of_before(
    order: Order, heard: list[OrderReported], others: list[Fact]
) -> None:
    history = lived(order, [*heard[:2], *others, *heard[2:]])
    ended = history.record
    assert isinstance(ended, Order)
    assert ended.stage.is_final
    assert not ended.hold
    for fact in (*heard, *others, *heard):
        after = decided(ended, fact)
        assert (after.entries, after.instructions) == ((), ())
        assert after.record.stage is ended.stage


@quickly
@given(orders, histories(), other_facts.filter(is_foreign))
def test_news_of_another_order_changes_nothing(
    order: Order, heard: list[Fact], foreign: Fact
) -> None:
    history = lived(order, heard)
    assert decided(history.record, foreign) == unmoved(history.record)


@pytest.mark.parametrize("status", [OrderStatus.FILLED, OrderStatus.OPEN, OrderStatus.CANCELED])
def test_a_fill_the_broker_takes_back_goes_to_a_person(status: OrderStatus) -> None:
    filled = attrs.evolve(
        report(OrderStatus.FILLED), filled=Money(10**9, SHARES.asset), average_price=Price.of("100")
    )
    history = lived(BUY, [filled])
    busted = attrs.evolve(
        filled, status=status, filled=Money(5 * 10**8, SHARES.asset), corrects=True
    )
    history.learn(busted)
    order = history.record
    assert isinstance(order, Order)
    assert (order.stage, order.paused_stage) == (OrderStage.MANUAL_REVIEW, OrderStage.FILLED)
    assert order.reason is not None
    assert "corrected" in order.reason
    require_conserved(history)


def test_an_average_that_was_rounded_down_takes_nothing_back() -> None:
    """Average prices have few decimals: a tiny further fill can make the whole look cheaper."""
    many = a.order(terms=a.buy("20000.00"))
    history = History(many)
    history.seed(a.funding(ADA, "20000.00"))
    history.take(order_execution.place(many))
    first = report(OrderStatus.OPEN, Money(1000 * 10**9, SHARES.asset), Price.of("10.0001"))
    second = report(OrderStatus.OPEN, Money(1000 * 10**9 + 1, SHARES.asset), Price.of("10"))
    for fact in (first, second):
        history.learn(fact)
    order = history.record
    assert isinstance(order, Order)
    assert order.filled == second.filled
    assert order.cost == a.dollars("10000.10")


@pytest.mark.parametrize("stage", [s for s in OrderStage if s.is_final])
def test_an_order_that_has_ended_is_not_cancelled(stage: OrderStage) -> None:
    with pytest.raises(OrderNotOpen):
        order_execution.decide(attrs.evolve(BUY, stage=stage), CancelRequested())


@pytest.mark.parametrize(
    "changes",
    [
        {"quantity": SHARES},
        {"notional": None},
        {"limit_price": Price.of("1")},
        {"notional": a.dollars("0.99")},
        {"notional": None, "quantity": Money.zero(SHARES.asset)},
    ],
)
def test_terms_that_contradict_themselves_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidOrder):
        attrs.evolve(BUY.terms, **changes)
