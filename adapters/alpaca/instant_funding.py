"""Alpaca's endpoints for instant funding and its settlement (alpaca.md §5)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import attrs

from adapters.alpaca.client import AlpacaClient
from adapters.alpaca.settings import PROVIDER
from ports.errors import ProviderOutcomeUnknown

PATH = "/v1/instant_funding"
PAGE_SIZE = 100
PAGES_MAX = 500


@attrs.frozen
class InstantFundingApi:
    _client: AlpacaClient

    async def create(self, document: Mapping[str, Any], *, key: str) -> Mapping[str, Any]:
        request = self._client.write(
            PATH, operation="create_instant_funding", document=document, key=key
        )
        transfer: Mapping[str, Any] = await self._client.fetch(request)
        return transfer

    async def get(self, transfer_id: str) -> Mapping[str, Any] | None:
        path = f"{PATH}/{transfer_id}"
        return await self._client.find(self._client.read(path, operation="get_instant_funding"))

    async def transfers(self, **filters: str) -> AsyncIterator[Mapping[str, Any]]:
        """Oldest first. Raises ``ProviderOutcomeUnknown`` when there are too many to read."""
        params = {**filters, "sort_by": "created_at", "sort_order": "ASC", "limit": str(PAGE_SIZE)}
        for page in range(PAGES_MAX):
            request = self._client.read(
                PATH,
                operation="list_instant_funding",
                params=params | {"offset": str(page * PAGE_SIZE)},
            )
            found: Sequence[Mapping[str, Any]] = await self._client.fetch(request)
            for transfer in found:
                yield transfer
            if len(found) < PAGE_SIZE:
                return
        raise ProviderOutcomeUnknown(
            f"more than {PAGES_MAX} pages", provider=PROVIDER, operation="list_instant_funding"
        )

    async def settlements(self) -> Sequence[Mapping[str, Any]]:
        request = self._client.read(f"{PATH}/settlements", operation="list_settlements")
        found: Sequence[Mapping[str, Any]] = (await self._client.fetch(request))["settlements"]
        return found

    async def settle(self, document: Mapping[str, Any]) -> Mapping[str, Any]:
        """Not safe to repeat: check first for settlements in progress."""
        request = self._client.write(
            f"{PATH}/settlements", operation="settle_instant_funding", document=document
        )
        settlement: Mapping[str, Any] = await self._client.fetch(request)
        return settlement
