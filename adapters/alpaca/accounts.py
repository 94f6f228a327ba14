"""Alpaca's account endpoints (alpaca.md §2, §3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from adapters.alpaca.client import AlpacaClient
from adapters.alpaca.errors import failure, may_be_there, read_json


@attrs.frozen
class AccountsApi:
    _client: AlpacaClient

    async def create(self, document: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The new account, or None when the e-mail address has one. This makes it safe to repeat."""
        request = self._client.write("/v1/accounts", operation="open_account", document=document)
        response = await self._client.send(request)
        if may_be_there(request, response):
            return None
        if not response.ok:
            raise failure(request, response)
        account: Mapping[str, Any] = read_json(request, response)
        return account

    async def get(self, account_id: str) -> Mapping[str, Any]:
        request = self._client.read(f"/v1/accounts/{account_id}", operation="get_account")
        account: Mapping[str, Any] = await self._client.fetch(request)
        return account

    async def search(self, text: str) -> Sequence[Mapping[str, Any]]:
        """Accounts with ``text`` anywhere in name, number or e-mail, and their contact data."""
        request = self._client.read(
            "/v1/accounts",
            operation="search_accounts",
            params={"query": text, "entities": "contact"},
        )
        accounts: Sequence[Mapping[str, Any]] = await self._client.fetch(request)
        return accounts

    async def trading_account(self, account_id: str) -> Mapping[str, Any]:
        request = self._client.read(
            f"/v1/trading/accounts/{account_id}/account", operation="get_trading_account"
        )
        account: Mapping[str, Any] = await self._client.fetch(request)
        return account

    async def positions(self, account_id: str) -> Sequence[Mapping[str, Any]]:
        request = self._client.read(
            f"/v1/trading/accounts/{account_id}/positions", operation="list_positions"
        )
        positions: Sequence[Mapping[str, Any]] = await self._client.fetch(request)
        return positions
