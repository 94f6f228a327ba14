"""Alpaca's order endpoints (alpaca.md §7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from adapters.alpaca.client import AlpacaClient
from adapters.alpaca.errors import (
    UNPROCESSABLE,
    failure,
    may_be_there,
    read_json,
)
from adapters.http.refusals import NOT_FOUND


@attrs.frozen
class OrdersApi:
    _client: AlpacaClient

    async def place(self, account_id: str, document: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The new order, or None when its client order id is taken. This makes it safe to repeat."""
        request = self._client.write(
            f"/v1/trading/accounts/{account_id}/orders",
            operation="place_order",
            document=document,
        )
        response = await self._client.send(request)
        if may_be_there(request, response):
            return None
        if not response.ok:
            raise failure(request, response)
        order: Mapping[str, Any] = read_json(request, response)
        return order

    async def by_client_id(self, account_id: str, client_order_id: str) -> Mapping[str, Any] | None:
        request = self._client.read(
            f"/v1/trading/accounts/{account_id}/orders:by_client_order_id",
            operation="find_order",
            params={"client_order_id": client_order_id},
        )
        return await self._client.find(request)

    async def by_id(self, account_id: str, order_id: str) -> Mapping[str, Any] | None:
        request = self._client.read(
            f"/v1/trading/accounts/{account_id}/orders/{order_id}", operation="find_order"
        )
        return await self._client.find(request)

    async def cancel(self, account_id: str, order_id: str) -> bool:
        """Request cancellation; whether Alpaca accepted it. A refusal (422) does not say why."""
        request = self._client.delete(
            f"/v1/trading/accounts/{account_id}/orders/{order_id}", operation="cancel_order"
        )
        response = await self._client.send(request)
        if not response.ok and response.status not in {NOT_FOUND, UNPROCESSABLE}:
            raise failure(request, response)
        return response.ok
