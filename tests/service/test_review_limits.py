"""What a sale counts against the limit cannot be talked down by the price it asks for."""

from __future__ import annotations

from fractions import Fraction

import attrs

from domain.limits import Activity
from domain.quantity import Price
from domain.trading.order import OrderType
from tests.service.orders import buy_shares, placed, tell
from tests.service.stories import funded
from tests.support import builders as a
from tests.support.world import World


async def test_a_sale_counts_the_market_price_however_little_it_asks_for() -> None:
    world = World()
    ada = await funded(world)
    world.exchange.quote("AAPL", "100.00")
    order = await placed(world, ada, buy_shares("1"))
    await tell(world, world.exchange.fill(order.reference), order)

    for asked, counted in (("0.01", "150.00"), ("120.00", "210.00")):
        terms = attrs.evolve(
            a.sell("0.5"), type=OrderType.LIMIT, limit_price=Price(Fraction(asked))
        )
        await placed(world, ada, terms)
        _, rooms = await world.app.limits.rooms(ada.id)
        used = {room.used.decimal for room in rooms if room.activity is Activity.TRADE}
        assert used == {counted}
