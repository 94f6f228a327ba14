from __future__ import annotations

from collections.abc import Sequence

import pytest

from adapters.memory.deliveries import InMemoryDeliveries
from ports.deliveries import RefusedDelivery
from tests.contract.deliveries import DeliveriesContract, Evidence, refused


class TestInMemoryDeliveries(DeliveriesContract):
    """The twin."""

    @pytest.fixture
    def evidence(self) -> Evidence:
        deliveries = InMemoryDeliveries()

        async def kept() -> Sequence[RefusedDelivery]:
            return deliveries.kept

        return Evidence(deliveries, kept)

    async def test_it_can_be_away(self) -> None:
        deliveries = InMemoryDeliveries()
        deliveries.is_away = True
        assert not await deliveries.refuse(refused())
