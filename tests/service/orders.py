"""What the stories about orders share."""

from __future__ import annotations

from domain.money import Money
from domain.processes.facts.trading import OrderReported
from domain.quantity import Price
from domain.trading.order import (
    Order,
    OrderTerms,
    OrderType,
    Side,
)
from tests.service.stories import Investor
from tests.support import builders as a
from tests.support.world import World


def shares(text: str, symbol: str = "AAPL") -> Money:
    return Money.of(text, a.buy(symbol=symbol).asset)


def buy_shares(quantity: str, *, limit: str | None = None) -> OrderTerms:
    return OrderTerms(
        symbol="AAPL",
        side=Side.BUY,
        type=OrderType.LIMIT if limit else OrderType.MARKET,
        quantity=shares(quantity),
        limit_price=Price.of(limit) if limit else None,
    )


async def placed(world: World, ada: Investor, terms: OrderTerms) -> Order:
    """An order that the broker has."""
    await world.app.trading.place(ada.id, terms=terms)
    await world.run_jobs()
    return await ada.order()


async def tell(world: World, report: OrderReported, order: Order) -> None:
    await world.app.processes.apply(order.id, report)


async def owning(world: World, ada: Investor, quantity: str = "2") -> None:
    order = await placed(world, ada, buy_shares(quantity))
    await tell(world, world.exchange.fill(order.reference), order)
