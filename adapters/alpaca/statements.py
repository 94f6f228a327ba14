"""Alpaca's statement of an account: activities, and the orders that they name (alpaca.md §7, §8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import attrs

from adapters.alpaca.client import AlpacaClient
from adapters.alpaca.settings import PROVIDER
from domain.timestamps import rfc3339
from ports.errors import ProviderOutcomeUnknown

PAGE = 100
ORDERS_PAGE = 500
PAGES_MAX = 100

Item = Mapping[str, Any]


@attrs.frozen
class StatementsApi:
    _client: AlpacaClient

    async def activities(self, account_id: str, *, since: datetime) -> Sequence[Item]:
        """Oldest first. Raises ``ProviderOutcomeUnknown`` when there are too many."""
        wanted = {
            "account_id": account_id,
            "after": rfc3339(since),
            "direction": "asc",
            "page_size": str(PAGE),
        }
        found: list[Item] = []
        for _ in range(PAGES_MAX):
            token = {"page_token": str(found[-1]["id"])} if found else {}
            request = self._client.read(
                "/v1/accounts/activities", operation="list_activities", params=wanted | token
            )
            page: Sequence[Item] = await self._client.fetch(request)
            found += page
            if len(page) < PAGE:
                return found
        raise _too_many("list_activities")

    async def orders(self, account_id: str, *, since: datetime) -> Sequence[Item]:
        """The orders submitted since then, oldest first."""
        wanted = {"status": "all", "limit": str(ORDERS_PAGE), "direction": "asc"}
        found: list[Item] = []
        for _ in range(PAGES_MAX):
            after = str(found[-1]["submitted_at"]) if found else rfc3339(since)
            request = self._client.read(
                f"/v1/trading/accounts/{account_id}/orders",
                operation="list_orders",
                params={**wanted, "after": after},
            )
            page: Sequence[Item] = await self._client.fetch(request)
            found += page
            if len(page) < ORDERS_PAGE:
                return found
        raise _too_many("list_orders")

    async def order(self, account_id: str, order_id: str) -> Item | None:
        request = self._client.read(
            f"/v1/trading/accounts/{account_id}/orders/{order_id}", operation="get_order"
        )
        return await self._client.find(request)


def _too_many(operation: str) -> ProviderOutcomeUnknown:
    return ProviderOutcomeUnknown(
        f"the list is longer than {PAGES_MAX} pages", provider=PROVIDER, operation=operation
    )
