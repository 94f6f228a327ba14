"""Reads and deletes idempotency records in PostgreSQL. They are written with their unit of work."""

from __future__ import annotations

from datetime import datetime

import orjson

from adapters.postgres.pool import Pool
from adapters.postgres.queries import QUERIES
from ports.idempotency import IdempotencyRecord, IdempotencyRecords


class PostgresIdempotencyRecords(IdempotencyRecords):
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def find(self, *, scope: str, key: str, at: datetime) -> IdempotencyRecord | None:
        row = await self._pool.fetchrow(QUERIES["find_receipt"], scope, key, at)
        if row is None:
            return None
        return IdempotencyRecord(
            scope=row["scope"],
            key=row["key"],
            fingerprint=orjson.loads(row["fingerprint"]),
            status=row["status"],
            headers=orjson.loads(row["headers"]),
            body=row["body"],
            expires_at=row["expires_at"],
        )

    async def sweep(self, *, expired_before: datetime, limit: int) -> int:
        status = await self._pool.execute(QUERIES["sweep_receipts"], expired_before, limit)
        return int(status.rpartition(" ")[2])
