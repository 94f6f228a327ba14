"""Alpaca's order endpoints (alpaca.md §7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from adapters.alpaca.client import AlpacaClient
from adapters.alpaca.errors import (
    NOT_FOUND,
    UNPROCESSABLE,
    error_code,
    failure,
    read_json,
)
from adapters.http.message import Response


@attrs.frozen
class OrdersApi:
    _client: AlpacaClient

    async def place(self, account_id: str, document: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The new order, or None when its client order id is used: that makes it repeatable."""
        request = self._client.write(
            f"/v1/trading/accounts/{account_id}/orders",
            operation="place_order",
            document=document,
            repeatable=True,
        )
        response = await self._client.send(request)
        if _is_duplicate(response):
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

    async def cancel(self, account_id: str, order_id: str) -> bool:
        """Ask for cancellation; whether it was taken. A refusal (422) says that it cannot be, not why."""
        request = self._client.delete(
            f"/v1/trading/accounts/{account_id}/orders/{order_id}", operation="cancel_order"
        )
        response = await self._client.send(request)
        if not response.ok and response.status not in {NOT_FOUND, UNPROCESSABLE}:
            raise failure(request, response)
        return response.ok


def _is_duplicate(response: Response) -> bool:
    """guess: seen in third-party logs only, as 422 "client_order_id must be unique" (alpaca.md §7)."""
    _, message = error_code(response)
    return response.status == UNPROCESSABLE and "client_order_id must be unique" in message
