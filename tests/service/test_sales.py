from __future__ import annotations

import attrs
import pytest

from domain.ledger.entry import InsufficientFunds
from domain.trading.order import (
    Side,
)
from tests.service.orders import owning, placed, shares, tell
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


async def test_shares_are_sold_for_cash(world: World, ada: Investor) -> None:
    world.exchange.quote("AAPL", "100.00")
    await owning(world, ada, "2")
    order = await placed(world, ada, a.sell("1.5"))
    assert await ada.shares("AAPL") == shares("0.5")
    await tell(world, world.exchange.fill(order.reference), order)
    assert await ada.available() == a.dollars("950.00")
    assert await ada.shares("AAPL") == shares("0.5")
    await require_honest_books(world, ada)


async def test_a_sell_for_dollars_gives_back_the_shares_it_did_not_need(
    world: World, ada: Investor
) -> None:
    world.exchange.quote("AAPL", "100.00")
    await owning(world, ada, "2")
    terms = attrs.evolve(a.buy("100.00"), side=Side.SELL)
    order = await placed(world, ada, terms)
    assert order.hold == shares("1.05")
    await tell(world, world.exchange.fill(order.reference), order)
    assert await ada.available() == a.dollars("900.00")
    assert await ada.shares("AAPL") == shares("1")
    await require_honest_books(world, ada)


async def test_a_sell_for_dollars_may_need_more_shares_than_it_reserved(
    world: World, ada: Investor
) -> None:
    world.exchange.quote("AAPL", "100.00")
    await owning(world, ada, "2")
    order = await placed(world, ada, attrs.evolve(a.buy("100.00"), side=Side.SELL))
    world.exchange.quote("AAPL", "80.00")
    await tell(world, world.exchange.fill(order.reference), order)
    assert await ada.shares("AAPL") == shares("0.75")
    await require_honest_books(world, ada)


async def test_what_is_not_owned_cannot_be_sold(world: World, ada: Investor) -> None:
    with pytest.raises(InsufficientFunds):
        await world.app.trading.place(ada.id, terms=a.sell("0.000000001"))
