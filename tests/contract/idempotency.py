"""What every store of receipts must do."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import attrs
import pytest

from domain.ledger.entry import InsufficientFunds
from ports.idempotency import IdempotencyRecord, KeyUsed
from tests.contract.stores import Store
from tests.support import builders as a
from tests.support.builders import AT

LATER = AT + timedelta(hours=1)


def a_receipt(key: str = "k-1", **changes: Any) -> IdempotencyRecord:
    idempotency = IdempotencyRecord(
        scope="ada POST /v1/withdrawals",
        key=key,
        fingerprint={"amount": "abc"},
        status=202,
        headers={"Content-Type": "application/json"},
        body=b'{"id": "1"}',
        expires_at=AT + timedelta(hours=24),
    )
    return attrs.evolve(idempotency, **changes)


class IdempotencyRecordsContract:
    """Subclass it with a ``store`` fixture."""

    async def test_a_receipt_is_found_as_it_was_committed(self, store: Store) -> None:
        idempotency = a_receipt(body=bytes(range(256)))
        await store.processes.commit(a.unit(a.opening(a.deposit()), idempotency=idempotency))
        found = await store.idempotency_records.find(
            scope=idempotency.scope, key=idempotency.key, at=LATER
        )
        assert found == idempotency

    async def test_a_key_counts_only_within_its_scope(self, store: Store) -> None:
        idempotency = a_receipt()
        await store.processes.commit(a.unit(idempotency=idempotency))
        elsewhere = await store.idempotency_records.find(
            scope="bob POST /v1/x", key=idempotency.key, at=LATER
        )
        assert elsewhere is None

    async def test_the_second_unit_under_a_key_has_no_effect(self, store: Store) -> None:
        await store.processes.commit(a.unit(a.opening(a.deposit(1)), idempotency=a_receipt()))
        with pytest.raises(KeyUsed):
            await store.processes.commit(a.unit(a.opening(a.deposit(2)), idempotency=a_receipt()))
        assert await store.processes.get(a.deposit(2).id) is None

    async def test_a_refused_effect_leaves_no_receipt(self, store: Store) -> None:
        idempotency = a_receipt()
        spending = a.spending(a.ADA, "1.00", key="overdraft")
        with pytest.raises(InsufficientFunds):
            await store.processes.commit(a.unit(entries=(spending,), idempotency=idempotency))
        assert (
            await store.idempotency_records.find(
                scope=idempotency.scope, key=idempotency.key, at=LATER
            )
            is None
        )

    async def test_of_fifty_units_under_one_key_one_is_committed(self, store: Store) -> None:
        units = [a.unit(a.opening(a.deposit(n)), idempotency=a_receipt()) for n in range(50)]
        outcomes = await asyncio.gather(
            *(store.processes.commit(unit) for unit in units), return_exceptions=True
        )
        assert sum(outcome is None for outcome in outcomes) == 1
        assert all(outcome is None or isinstance(outcome, KeyUsed) for outcome in outcomes)

    async def test_an_expired_key_may_be_used_again(self, store: Store) -> None:
        old = a_receipt(expires_at=AT)
        await store.processes.commit(a.unit(idempotency=old))
        assert await store.idempotency_records.find(scope=old.scope, key=old.key, at=LATER) is None
        await store.processes.commit(a.unit(idempotency=a_receipt(status=201), at=LATER))
        found = await store.idempotency_records.find(scope=old.scope, key=old.key, at=LATER)
        assert found is not None
        assert found.status == 201

    async def test_sweeping_forgets_what_has_expired_up_to_its_limit(self, store: Store) -> None:
        for n in range(3):
            await store.processes.commit(a.unit(idempotency=a_receipt(f"old-{n}", expires_at=AT)))
        await store.processes.commit(a.unit(idempotency=a_receipt("young")))
        assert await store.idempotency_records.sweep(expired_before=LATER, limit=2) == 2
        assert await store.idempotency_records.sweep(expired_before=LATER, limit=2) == 1
        assert await store.idempotency_records.sweep(expired_before=LATER, limit=2) == 0
        young = a_receipt("young")
        assert (
            await store.idempotency_records.find(scope=young.scope, key="young", at=LATER) == young
        )
