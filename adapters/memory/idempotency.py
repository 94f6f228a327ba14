"""Idempotency records in memory."""

from __future__ import annotations

from datetime import datetime

from adapters.memory.database import InMemoryDatabase
from ports.idempotency import IdempotencyRecord, IdempotencyRecords


class InMemoryIdempotencyRecords(IdempotencyRecords):
    def __init__(self, database: InMemoryDatabase) -> None:
        self._database = database

    async def find(self, *, scope: str, key: str, at: datetime) -> IdempotencyRecord | None:
        idempotency = self._database.idempotency_records.get((scope, key))
        return idempotency if idempotency and idempotency.expires_at > at else None

    async def sweep(self, *, expired_before: datetime, limit: int) -> int:
        idempotency_records = self._database.idempotency_records
        expired = [
            k
            for k, idempotency in idempotency_records.items()
            if idempotency.expires_at <= expired_before
        ]
        for key in expired[:limit]:
            del idempotency_records[key]
        return len(expired[:limit])
