from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

import asyncpg
import orjson
import pytest

from adapters.postgres.pool import Pool, open_pool
from adapters.postgres.rejected_webhooks import PostgresRejectedWebhooks
from adapters.postgres.settings import PostgresSettings
from ports.rejected_webhooks import PER_MINUTE, RejectedWebhook, RejectionReason
from tests.contract.rejected_webhooks import Evidence, RejectedWebhooksContract, refused

NOW = datetime(2100, 1, 1, tzinfo=UTC)
KEPT = """
    SELECT source, received_at, verdict, body, size, sha256, headers, ip
      FROM refused_deliveries
     ORDER BY received_at
"""


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    settings = PostgresSettings(dsn=database_url, pool_size_max=4)
    async with open_pool(settings, application="contract") as pool:
        yield pool


def _read(row: asyncpg.Record) -> RejectedWebhook:
    verdict, headers = RejectionReason(row["verdict"]), orjson.loads(row["headers"])
    return RejectedWebhook(**{**row, "verdict": verdict, "headers": headers})


class TestPostgresDeliveries(RejectedWebhooksContract):
    """Over the table, which nothing in the product reads."""

    @pytest.fixture
    def evidence(self, pool: Pool) -> Evidence:
        async def kept() -> Sequence[RejectedWebhook]:
            return [_read(row) for row in await pool.fetch(KEPT)]

        return Evidence(PostgresRejectedWebhooks(pool), kept)

    async def test_two_processes_share_the_slots_of_a_minute(
        self, pool: Pool, evidence: Evidence
    ) -> None:
        processes = [PostgresRejectedWebhooks(pool) for _ in range(2)]
        flood = [process.refuse(refused()) for _ in range(PER_MINUTE) for process in processes]
        kept = await asyncio.gather(*flood)
        assert sum(kept) == len(await evidence.kept())
        assert PER_MINUTE / 2 <= sum(kept) <= PER_MINUTE

    @pytest.mark.parametrize(
        "change",
        [
            "UPDATE refused_deliveries SET verdict = 'stale'",
            "DELETE FROM refused_deliveries",
            "TRUNCATE refused_deliveries",
        ],
    )
    async def test_evidence_is_not_changed_nor_forgotten_too_soon(
        self, pool: Pool, evidence: Evidence, change: str
    ) -> None:
        young = refused(received_at=NOW)
        await evidence.deliveries.refuse(young)
        with pytest.raises(asyncpg.IntegrityConstraintViolationError, match="append-only"):
            await pool.execute(change)
        assert await evidence.kept() == [young]


async def test_without_a_store_the_sender_is_refused_all_the_same(database_url: str) -> None:
    async with open_pool(PostgresSettings(dsn=database_url), application="contract") as closed:
        pass
    assert not await PostgresRejectedWebhooks(closed).refuse(refused())
