"""Alpaca's endpoints for moving dollars: journals, recipient banks, transfers (alpaca.md §4, §6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from adapters.alpaca.client import AlpacaClient


@attrs.frozen
class FundsApi:
    _client: AlpacaClient

    async def create_journal(self, document: Mapping[str, Any], *, key: str) -> Mapping[str, Any]:
        request = self._client.write(
            "/v1/journals", operation="create_journal", document=document, key=key
        )
        journal: Mapping[str, Any] = await self._client.fetch(request)
        return journal

    async def get_journal(self, journal_id: str) -> Mapping[str, Any] | None:
        request = self._client.read(f"/v1/journals/{journal_id}", operation="get_journal")
        return await self._client.find(request)

    async def list_journals(self, *, after: str | None, limit: int) -> Sequence[Mapping[str, Any]]:
        """Cash journals created after a date, ``YYYY-MM-DD``."""
        params = {"entry_type": "JNLC", "limit": str(limit)}
        request = self._client.read(
            "/v1/journals",
            operation="list_journals",
            params=params if after is None else params | {"after": after},
        )
        journals: Sequence[Mapping[str, Any]] = await self._client.fetch(request)
        return journals

    async def recipient_banks(self, account_id: str) -> Sequence[Mapping[str, Any]]:
        request = self._client.read(
            f"/v1/accounts/{account_id}/recipient_banks", operation="list_recipient_banks"
        )
        banks: Sequence[Mapping[str, Any]] = await self._client.fetch(request)
        return banks

    async def add_recipient_bank(
        self, account_id: str, document: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        request = self._client.write(
            f"/v1/accounts/{account_id}/recipient_banks",
            operation="add_recipient_bank",
            document=document,
        )
        bank: Mapping[str, Any] = await self._client.fetch(request)
        return bank

    async def outgoing_transfers(
        self, account_id: str, *, limit: int, offset: int
    ) -> Sequence[Mapping[str, Any]]:
        """Newest first."""
        request = self._client.read(
            f"/v1/accounts/{account_id}/transfers",
            operation="list_transfers",
            params={"direction": "OUTGOING", "limit": str(limit), "offset": str(offset)},
        )
        transfers: Sequence[Mapping[str, Any]] = await self._client.fetch(request)
        return transfers

    async def create_transfer(
        self, account_id: str, document: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """Not safe to repeat: Alpaca documents no idempotency for transfers (alpaca.md §1)."""
        request = self._client.write(
            f"/v1/accounts/{account_id}/transfers",
            operation="create_transfer",
            document=document,
        )
        transfer: Mapping[str, Any] = await self._client.fetch(request)
        return transfer
