from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.contract.alpaca_broker import AlpacaRig, open_funded
from tests.contract.exchange import ExchangeContract


class TestAlpacaExchange(ExchangeContract):
    @pytest.fixture
    async def rig(self) -> AsyncIterator[AlpacaRig]:
        async with open_funded() as rig:
            yield rig
