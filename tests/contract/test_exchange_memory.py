from __future__ import annotations

import pytest

from domain.money import Money
from domain.processes.facts.trading import OrderStatus
from tests.contract.exchange import AAPL, CASH, ORDER, ExchangeContract, buy
from tests.contract.memory_broker import MemoryExchangeRig, open_exchange


class TestInMemoryExchange(ExchangeContract):
    @pytest.fixture
    async def rig(self) -> MemoryExchangeRig:
        return await open_exchange()

    async def test_an_order_is_filled_in_pieces_on_demand(self, rig: MemoryExchangeRig) -> None:
        await self.place(rig, buy("100.00"))
        part = rig.exchange.fill(ORDER, Money.of("0.1", AAPL))
        assert part.status is OrderStatus.OPEN
        rig.exchange.quote("AAPL", "200.00")
        rest = rig.exchange.fill(ORDER)
        assert rest.status is OrderStatus.FILLED
        assert rest.average_price is not None
        assert await rig.cash() == CASH - rest.average_price.cost(rest.filled)
