"""Receipts in memory."""

from __future__ import annotations

from datetime import datetime

from adapters.memory.database import InMemoryDatabase
from ports.receipts import Receipt, Receipts


class InMemoryReceipts(Receipts):
    def __init__(self, database: InMemoryDatabase) -> None:
        self._database = database

    async def find(self, *, scope: str, key: str, at: datetime) -> Receipt | None:
        receipt = self._database.receipts.get((scope, key))
        return receipt if receipt and receipt.expires_at > at else None

    async def sweep(self, *, expired_before: datetime, limit: int) -> int:
        receipts = self._database.receipts
        expired = [k for k, receipt in receipts.items() if receipt.expires_at <= expired_before]
        for key in expired[:limit]:
            del receipts[key]
        return len(expired[:limit])
