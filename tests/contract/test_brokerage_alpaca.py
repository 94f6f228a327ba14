from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.contract.alpaca_broker import AlpacaRig, open_alpaca
from tests.contract.brokerage import BrokerageContract
from tests.contract.brokerage_rig import FIRM_CASH


class TestAlpacaBrokerage(BrokerageContract):
    @pytest.fixture
    async def rig(self) -> AsyncIterator[AlpacaRig]:
        async with open_alpaca() as rig:
            yield rig

    async def test_a_bought_token_is_as_good_as_the_key(self) -> None:
        async with open_alpaca(auth="oauth") as rig:
            assert await self.cash(rig) == FIRM_CASH
