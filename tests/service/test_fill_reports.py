"""What the broker has done to an order is booked, or a person hears of it; it is never dropped."""

from __future__ import annotations

import attrs
import pytest

from domain.processes.facts.effects import EffectRefused
from domain.processes.facts.trading import OrderStatus
from domain.quantity import Price
from domain.trading.order import OrderStage
from domain.trading.report_age import UNDATED
from ports.inbound import Event, InboundFact
from tests.service.orders import buy_shares, owning, placed, shares, tell
from tests.service.stories import Investor, funded, require_honest_books
from tests.support import builders as a
from tests.support.world import World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def ada(world: World) -> Investor:
    """Has 1000 dollars of buying power."""
    return await funded(world)


async def test_a_late_fill_of_shares_that_are_reserved_again_is_a_debt_of_shares(
    world: World, ada: Investor
) -> None:
    world.exchange.quote("AAPL", "100.00")
    await owning(world, ada, "2")
    order = await placed(world, ada, a.sell("2"))
    late = world.exchange.fill(order.reference)
    canceled = attrs.evolve(
        late, status=OrderStatus.CANCELED, filled=shares("0"), average_price=None, age=UNDATED
    )
    await tell(world, canceled, order)
    again = await world.app.trading.place(ada.id, terms=a.sell("2"))
    await world.app.feeds.apply_event("trades", Event("p-1", InboundFact(order.id, late)))
    found = await world.app.trading.order(ada.id, order.id)
    assert (found.stage, found.filled) == (OrderStage.FILLED, shares("2"))
    assert (await ada.owed("AAPL"), await ada.shares("AAPL")) == (shares("2"), shares("0"))

    refused = EffectRefused(reference=again.reference, reason="no shares")
    await world.app.processes.apply(again.id, refused)
    assert (await ada.owed("AAPL"), await ada.shares("AAPL")) == (shares("0"), shares("0"))


async def test_a_fill_without_a_price_is_waited_for_and_not_taken_for_nothing(
    world: World, ada: Investor
) -> None:
    world.exchange.quote("AAPL", "100.00")
    order = await placed(world, ada, buy_shares("2"))
    filled = world.exchange.fill(order.reference)
    await tell(world, attrs.evolve(filled, average_price=None), order)
    assert (await ada.order()).stage is OrderStage.SUBMITTED
    await world.let_pass(60)
    assert (await ada.order()).stage is OrderStage.FILLED
    assert await ada.shares("AAPL") == shares("2")
    await require_honest_books(world, ada)


async def test_a_corrected_price_goes_to_a_person(world: World, ada: Investor) -> None:
    world.exchange.quote("AAPL", "100.00")
    order = await placed(world, ada, buy_shares("2"))
    filled = world.exchange.fill(order.reference)
    await tell(world, filled, order)
    dearer = attrs.evolve(filled, average_price=Price.of("101"), corrects=True)
    await tell(world, dearer, order)
    found = await ada.order()
    assert (found.stage, found.paused_stage) == (OrderStage.MANUAL_REVIEW, OrderStage.FILLED)


async def test_a_correction_that_changes_nothing_changes_nothing(
    world: World, ada: Investor
) -> None:
    world.exchange.quote("AAPL", "100.00")
    order = await placed(world, ada, buy_shares("2"))
    filled = world.exchange.fill(order.reference)
    await tell(world, filled, order)
    await tell(world, attrs.evolve(filled, corrects=True), order)
    assert (await ada.order()).stage is OrderStage.FILLED
