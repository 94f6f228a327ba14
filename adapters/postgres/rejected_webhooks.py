"""Rejected webhooks in PostgreSQL, written outside units of work: they are evidence, not state."""

from __future__ import annotations

import asyncio
from datetime import datetime

import orjson

from adapters.postgres.pool import Pool
from adapters.postgres.queries import QUERIES
from ports.errors import StoreRefused, StoreUnavailable
from ports.rejected_webhooks import PER_MINUTE, RejectedWebhook, RejectedWebhooks

TRIES = 3
"""Tries to get a slot, in case another process takes it at the same time."""


class PostgresRejectedWebhooks(RejectedWebhooks):
    """Once the slots of the minute are taken, a flood causes no further queries."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._full: dict[str, datetime] = {}
        self._one_at_a_time = asyncio.Lock()

    async def refuse(self, delivery: RejectedWebhook) -> bool:
        try:
            async with self._one_at_a_time:
                return await self._keep(delivery)
        except (StoreUnavailable, StoreRefused):
            return False

    async def sweep(self, *, received_before: datetime, limit: int) -> int:
        query = QUERIES["sweep_refused_deliveries"]
        status = await self._pool.execute(query, received_before, limit)
        return int(status.rpartition(" ")[2])

    async def _keep(self, delivery: RejectedWebhook) -> bool:
        minute = delivery.received_at.replace(second=0, microsecond=0)
        for _ in range(TRIES):
            if self._full.get(delivery.source) == minute:
                return False
            row = await self._pool.fetchrow(QUERIES["refuse_delivery"], *_values(delivery))
            if row is not None and row["is_full"]:
                self._full[delivery.source] = minute
            elif row is not None and row["slot"] is not None:
                return True
        return False


def _values(delivery: RejectedWebhook) -> tuple[object, ...]:
    return (
        delivery.source,
        delivery.received_at,
        delivery.verdict.value,
        delivery.body,
        delivery.size,
        delivery.sha256,
        orjson.dumps(dict(delivery.headers)).decode(),
        delivery.ip,
        PER_MINUTE,
    )
