from __future__ import annotations

import pytest

from domain.ledger.entry import InsufficientFunds
from domain.trading.instrument import UnknownBasket
from domain.trading.order import (
    InvalidOrder,
)
from tests.service.stories import Investor, funded
from tests.support import builders as a
from tests.support.world import World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def ada(world: World) -> Investor:
    """Has 1000 dollars of buying power."""
    return await funded(world)


async def test_a_basket_is_split_to_the_last_cent(world: World, ada: Investor) -> None:
    orders = await world.app.trading.place_basket(
        ada.id, basket_id="thirds", notional=a.dollars("100.01")
    )
    parts = [order.terms.notional for order in orders]
    assert parts == [a.dollars("33.35"), a.dollars("33.33"), a.dollars("33.33")]
    assert (await ada.cash()).held == a.dollars("100.01")
    assert orders[0].group_id is not None
    group = await world.app.trading.basket_order(ada.id, orders[0].group_id)
    assert list(group) == list(orders)


async def test_a_basket_is_ordered_whole_or_not_at_all(world: World, ada: Investor) -> None:
    with pytest.raises(InsufficientFunds):
        await world.app.trading.place_basket(
            ada.id, basket_id="thirds", notional=a.dollars("1000.01")
        )
    with pytest.raises(InvalidOrder):
        await world.app.trading.place_basket(ada.id, basket_id="thirds", notional=a.dollars("2.99"))
    with pytest.raises(UnknownBasket):
        await world.app.trading.place_basket(ada.id, basket_id="nope", notional=a.dollars("50"))
    assert await ada.available() == a.dollars("1000.00")
    assert list(await world.app.trading.orders(ada.id, before=None, limit=9)) == []
