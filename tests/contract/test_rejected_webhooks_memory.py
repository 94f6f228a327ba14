from __future__ import annotations

from collections.abc import Sequence

import pytest

from adapters.memory.rejected_webhooks import InMemoryRejectedWebhooks
from ports.rejected_webhooks import RejectedWebhook
from tests.contract.rejected_webhooks import Evidence, RejectedWebhooksContract, refused


class TestInMemoryDeliveries(RejectedWebhooksContract):
    """The twin."""

    @pytest.fixture
    def evidence(self) -> Evidence:
        deliveries = InMemoryRejectedWebhooks()

        async def kept() -> Sequence[RejectedWebhook]:
            return deliveries.kept

        return Evidence(deliveries, kept)

    async def test_it_can_be_away(self) -> None:
        deliveries = InMemoryRejectedWebhooks()
        deliveries.is_away = True
        assert not await deliveries.refuse(refused())
