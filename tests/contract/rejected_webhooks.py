"""What every store of refused deliveries must do."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs

from ports.rejected_webhooks import (
    BODY_MAX,
    KEPT_FOR,
    PER_MINUTE,
    RejectedWebhook,
    RejectedWebhooks,
    RejectionReason,
)

LONG_AGO = datetime(2020, 1, 6, 15, 0, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@attrs.frozen
class Evidence:
    """A store, and what it holds, the oldest first; nothing but a test reads that."""

    deliveries: RejectedWebhooks
    kept: Callable[[], Awaitable[Sequence[RejectedWebhook]]]


def refused(body: bytes = b"forged", **changes: Any) -> RejectedWebhook:
    delivery = RejectedWebhook.of(
        body,
        source="circle",
        received_at=LONG_AGO,
        verdict=RejectionReason.FORGED,
        headers={"x-circle-key-id": "k-1"},
        ip="192.0.2.1",
    )
    return attrs.evolve(delivery, **changes)


class RejectedWebhooksContract:
    """Subclasses provide the fixture ``evidence``."""

    async def test_a_delivery_is_kept_as_it_came(self, evidence: Evidence) -> None:
        for verdict in RejectionReason:
            given = refused(bytes(range(256)), verdict=verdict, source=verdict.value)
            assert await evidence.deliveries.refuse(given)
            assert given in await evidence.kept()
        without = refused(b"", headers={}, ip=None)
        assert await evidence.deliveries.refuse(without)
        assert without in await evidence.kept()

    async def test_a_source_has_so_many_a_minute_however_many_come(
        self, evidence: Evidence
    ) -> None:
        flood = [refused(f"{n}".encode()) for n in range(3 * PER_MINUTE)]
        kept = await asyncio.gather(*(evidence.deliveries.refuse(each) for each in flood))
        assert sum(kept) == len(await evidence.kept()) == PER_MINUTE
        assert not await evidence.deliveries.refuse(
            refused(received_at=LONG_AGO.replace(second=59))
        )
        assert await evidence.deliveries.refuse(refused(received_at=LONG_AGO + MINUTE))
        assert await evidence.deliveries.refuse(refused(source="due"))

    async def test_sweeping_forgets_the_oldest_up_to_its_limit(self, evidence: Evidence) -> None:
        for n in range(3):
            await evidence.deliveries.refuse(refused(received_at=LONG_AGO + n * MINUTE))
        young = refused(received_at=LONG_AGO + KEPT_FOR)
        await evidence.deliveries.refuse(young)
        sweep = evidence.deliveries.sweep
        assert await sweep(received_before=LONG_AGO + KEPT_FOR, limit=2) == 2
        assert [each.received_at for each in await evidence.kept()] == [
            LONG_AGO + 2 * MINUTE,
            young.received_at,
        ]
        assert await sweep(received_before=LONG_AGO + KEPT_FOR, limit=2) == 1
        assert await sweep(received_before=LONG_AGO + KEPT_FOR, limit=2) == 0
        assert await evidence.kept() == [young]

    def test_a_long_body_is_cut_and_known_by_its_hash(self) -> None:
        body = b"x" * (BODY_MAX + 1)
        delivery = refused(body)
        assert (len(delivery.body), delivery.size) == (BODY_MAX, BODY_MAX + 1)
        assert delivery.sha256 == hashlib.sha256(body).hexdigest()
