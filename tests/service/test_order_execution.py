from __future__ import annotations

import pytest

from domain.money import USD
from domain.processes.facts.trading import OrderReported, OrderStatus
from domain.processes.instructions import PlaceOrder
from domain.quantity import Price
from domain.trading.instrument import UnknownInstrument
from domain.trading.order import (
    OrderNotFound,
    OrderNotOpen,
    OrderStage,
)
from domain.trading.reserve import NoPrice
from tests.service.orders import buy_shares, owning, placed, shares, tell
from tests.service.stories import Investor, funded, onboarded, require_honest_books
from tests.support import builders as a
from tests.support.world import World

ZERO = a.dollars("0.00")


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def ada(world: World) -> Investor:
    """Has 1000 dollars of buying power."""
    return await funded(world)


async def test_an_order_for_dollars_buys_shares(world: World, ada: Investor) -> None:
    world.exchange.quote("AAPL", "200.00")
    order = await placed(world, ada, a.buy("100.00"))
    assert (await ada.cash()).held == a.dollars("100.00")
    world.exchange.fill(order.reference)
    await world.let_pass(30)
    order = await ada.order()
    assert (order.stage, order.cost) == (OrderStage.FILLED, a.dollars("100.00"))
    assert await ada.shares("AAPL") == shares("0.5")
    cash = await ada.cash()
    assert (cash.available, cash.held) == (a.dollars("900.00"), ZERO)
    await require_honest_books(world, ada)


async def test_what_was_reserved_beyond_the_price_is_free_again(
    world: World, ada: Investor
) -> None:
    world.exchange.quote("AAPL", "200.00")
    order = await placed(world, ada, buy_shares("1"))
    assert (await ada.cash()).held == a.dollars("210.00")
    await tell(world, world.exchange.fill(order.reference), order)
    cash = await ada.cash()
    assert (cash.available, cash.held) == (a.dollars("800.00"), ZERO)
    await require_honest_books(world, ada)


async def test_partial_fills_add_up_whatever_order_they_arrive_in(
    world: World, ada: Investor
) -> None:
    world.exchange.quote("AAPL", "100.00")
    order = await placed(world, ada, buy_shares("3", limit="120.00"))
    first = world.exchange.fill(order.reference, shares("1"))
    world.exchange.quote("AAPL", "110.00")
    second = world.exchange.fill(order.reference, shares("1"))
    await tell(world, second, order)
    assert (await ada.order()).stage is OrderStage.PARTIALLY_FILLED
    for late in (first, second, first):
        await tell(world, late, order)
    assert await ada.shares("AAPL") == shares("2")
    last = world.exchange.fill(order.reference)
    for _ in range(3):
        await tell(world, last, order)
    order = await ada.order()
    assert (order.stage, order.cost) == (OrderStage.FILLED, a.dollars("320.00"))
    assert await ada.shares("AAPL") == shares("3")
    assert await ada.available() == a.dollars("680.00")
    await require_honest_books(world, ada)


async def test_a_cancelled_order_gives_back_what_was_not_filled(
    world: World, ada: Investor
) -> None:
    world.exchange.quote("AAPL", "100.00")
    order = await placed(world, ada, buy_shares("3", limit="100.00"))
    await tell(world, world.exchange.fill(order.reference, shares("1")), order)
    cancelling = await world.app.trading.cancel(ada.id, order.id)
    assert cancelling.stage is OrderStage.CANCEL_REQUESTED
    await world.run_jobs()
    assert (await ada.order()).stage is OrderStage.CANCELED
    assert await ada.available() == a.dollars("900.00")
    assert await ada.shares("AAPL") == shares("1")
    await require_honest_books(world, ada)


async def test_an_order_cancelled_before_the_broker_has_it_is_cancelled_there(
    world: World, ada: Investor
) -> None:
    order = await world.app.trading.place(ada.id, terms=a.buy("100.00"))
    await world.app.trading.cancel(ada.id, order.id)
    await world.let_pass(30)
    assert (await ada.order()).stage is OrderStage.CANCELED
    assert await ada.available() == a.dollars("1000.00")
    await require_honest_books(world, ada)


async def test_a_cancellation_that_cannot_be_taken_yet_is_asked_for_again(
    world: World, ada: Investor
) -> None:
    order = await placed(world, ada, a.buy("100.00"))
    await world.app.trading.cancel(ada.id, order.id)
    world.exchange.faults.be_unavailable()
    await world.run_jobs()
    assert (await ada.order()).stage is OrderStage.CANCEL_REQUESTED
    await world.let_pass(30)
    assert (await ada.order()).stage is OrderStage.CANCELED
    assert await ada.available() == a.dollars("1000.00")


async def test_a_fill_may_come_after_the_request_to_cancel(world: World, ada: Investor) -> None:
    world.exchange.quote("AAPL", "100.00")
    order = await placed(world, ada, buy_shares("1", limit="100.00"))
    world.exchange.fill(order.reference)
    await world.app.trading.cancel(ada.id, order.id)
    await world.run_jobs()
    assert (await ada.order()).stage is OrderStage.FILLED
    assert await ada.shares("AAPL") == shares("1")
    await require_honest_books(world, ada)


async def test_a_fill_after_the_end_is_paid_from_what_was_released(
    world: World, ada: Investor
) -> None:
    order = await placed(world, ada, buy_shares("1", limit="100.00"))
    await world.app.trading.cancel(ada.id, order.id)
    await world.run_jobs()
    report = OrderReported(
        reference=order.reference,
        provider_id="order-1",
        status=OrderStatus.FILLED,
        filled=shares("1"),
        average_price=Price.of("99"),
    )
    await tell(world, report, order)
    assert (await ada.order()).stage is OrderStage.FILLED
    cash = await ada.cash()
    assert (cash.available, cash.owed) == (a.dollars("901.00"), ZERO)
    assert await world.app.reconciliation.imbalances() == {}


async def test_what_a_fill_costs_beyond_its_hold_is_paid_from_free_cash(
    world: World, ada: Investor
) -> None:
    world.exchange.quote("AAPL", "100.00")
    order = await placed(world, ada, buy_shares("1"))
    world.exchange.quote("AAPL", "130.00")
    await tell(world, world.exchange.fill(order.reference), order)
    cash = await ada.cash()
    assert (cash.available, cash.held, cash.owed) == (a.dollars("870.00"), ZERO, ZERO)
    assert await ada.shares("AAPL") == shares("1")
    await require_honest_books(world, ada)


@pytest.mark.parametrize(
    ("status", "stage"),
    [
        (OrderStatus.REJECTED, OrderStage.REJECTED),
        (OrderStatus.EXPIRED, OrderStage.EXPIRED),
        (OrderStatus.CANCELED, OrderStage.CANCELED),
    ],
)
async def test_an_order_that_ends_unfilled_costs_nothing(
    world: World, ada: Investor, status: OrderStatus, stage: OrderStage
) -> None:
    order = await placed(world, ada, a.buy("100.00"))
    world.exchange.end(order.reference, status)
    await world.let_pass(30)
    assert (await ada.order()).stage is stage
    assert await ada.available() == a.dollars("1000.00")
    await require_honest_books(world, ada)


async def test_an_order_the_broker_refuses_is_rejected(world: World, ada: Investor) -> None:
    await world.app.trading.place(ada.id, terms=a.buy("100.00"))
    placing = await world.run_jobs_before(PlaceOrder)
    world.exchange.faults.refuse("halted")
    await world.app.jobs.run(placing)
    order = await ada.order()
    assert (order.stage, order.reason) == (OrderStage.REJECTED, "halted")
    assert await ada.available() == a.dollars("1000.00")


async def test_only_what_is_listed_and_priced_can_be_ordered(world: World, ada: Investor) -> None:
    with pytest.raises(UnknownInstrument):
        await world.app.trading.place(ada.id, terms=a.buy(symbol="NOPE"))
    world.exchange.quote("AAPL", "0")
    with pytest.raises(NoPrice):
        await world.app.trading.place(ada.id, terms=buy_shares("1"))


async def test_an_order_that_has_ended_cannot_be_cancelled(world: World, ada: Investor) -> None:
    await owning(world, ada, "1")
    with pytest.raises(OrderNotOpen):
        await world.app.trading.cancel(ada.id, (await ada.order()).id)


async def test_another_investors_order_is_not_found(world: World, ada: Investor) -> None:
    orders = await world.app.trading.place_basket(
        ada.id, basket_id="thirds", notional=a.dollars("100.00")
    )
    eve = await onboarded(world, email="eve@example.org")
    with pytest.raises(OrderNotFound):
        await world.app.trading.order(eve.id, orders[0].id)
    with pytest.raises(OrderNotFound):
        await world.app.trading.cancel(eve.id, orders[0].id)
    with pytest.raises(OrderNotFound):
        await world.app.trading.basket_order(eve.id, orders[0].group_id or "")


async def test_the_portfolio_is_cash_and_positions_at_the_last_price(
    world: World, ada: Investor
) -> None:
    world.exchange.quote("AAPL", "100.00")
    await owning(world, ada, "2")
    world.exchange.quote("AAPL", "150.00")
    portfolio = await world.app.portfolio.portfolio(ada.id)
    assert [position.value for position in portfolio.positions] == [a.dollars("300.00")]
    assert portfolio.total == a.dollars("1100.00")
    assert portfolio.cash.asset == USD
