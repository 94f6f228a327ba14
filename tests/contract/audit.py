"""What every audit trail must do: every committed record gets into one block of one chain."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest

from domain.audit.chain import Block, SealedBlock, document_of
from domain.audit.record import AuditKind
from domain.audit.verification import Verification
from domain.ledger.entry import InsufficientFunds
from tests.contract.stores import Store
from tests.support import builders as a
from tests.support.builders import ADA, AT

WRITERS = 50
ROUNDS_MAX = 500


async def write(store: Store, *numbers: int) -> None:
    records = tuple(a.audit_record(number) for number in numbers)
    await store.processes.commit(a.unit(audit=records))


async def seal(store: Store, *, limit: int = 1000) -> Block | None:
    return await store.audit.seal(at=AT, limit=limit)


async def history(store: Store) -> list[SealedBlock]:
    """All blocks, page by page; they must verify."""
    found: list[SealedBlock] = []
    while page := await store.audit.read(after=len(found), limit=2):
        found += page
    verification = Verification()
    assert [d for sealed in found for d in verification.take(sealed)] == []
    return found


async def numbers(store: Store) -> list[str]:
    """What the records in the blocks say, in order."""
    documents = [s.document for sealed in await history(store) for s in sealed.seals]
    return [document["detail"]["number"] for document in documents if document]


class AuditTrailContract:
    """Subclasses provide the fixture ``store``."""

    async def test_a_record_is_read_back_as_it_was_committed(self, store: Store) -> None:
        elsewhere = timezone(timedelta(hours=5, minutes=30))
        record = a.audit_record(
            at=datetime(2026, 1, 5, 20, 30, 0, 7, tzinfo=elsewhere),
            kind=AuditKind.DEPOSIT_CREATED,
            about=a.process_id(1),
            request_id=None,
            detail={"zebra": "caf\u00e9 \U0001f600", "amount": '"1"\\', "": ""},
        )
        await store.processes.commit(a.unit(audit=(record,)))
        await seal(store)
        ((found,),) = [sealed.seals for sealed in await history(store)]
        assert found.document == document_of(found.record_id, record)
        assert found.document["at"] == "2026-01-05T15:00:00.000007+00:00"

    async def test_records_of_a_unit_keep_their_order(self, store: Store) -> None:
        await write(store, 3, 1, 2)
        await seal(store)
        assert await numbers(store) == ["3", "1", "2"]

    async def test_a_refused_act_leaves_no_record(self, store: Store) -> None:
        spending = a.spending(ADA, "1.00", key="overdraft")
        with pytest.raises(InsufficientFunds):
            await store.processes.commit(a.unit(entries=(spending,), audit=(a.audit_record(),)))
        assert (await store.audit.unsealed()).count == 0
        assert await seal(store) is None

    async def test_a_record_waits_until_it_is_sealed(self, store: Store) -> None:
        assert await seal(store) is None
        await write(store, 1, 2)
        waiting = await store.audit.unsealed()
        assert (waiting.count, waiting.oldest_at) == (2, AT)
        await seal(store)
        waiting = await store.audit.unsealed()
        assert (waiting.count, waiting.oldest_at) == (0, None)
        assert await seal(store) is None

    async def test_blocks_take_the_oldest_up_to_their_limit_and_form_a_chain(
        self, store: Store
    ) -> None:
        for number in range(5):
            await write(store, number)
        blocks = [await seal(store, limit=2) for _ in range(4)]
        assert [(b.number, b.count, b.sealed_at) for b in blocks if b] == [
            (1, 2, AT),
            (2, 2, AT),
            (3, 1, AT),
        ]
        assert [sealed.block for sealed in await history(store)] == blocks[:3]
        assert await numbers(store) == ["0", "1", "2", "3", "4"]

    async def test_reading_goes_on_after_a_block_up_to_its_limit(self, store: Store) -> None:
        for number in range(3):
            await write(store, number)
            await seal(store)
        assert [s.block.number for s in await store.audit.read(after=0, limit=2)] == [1, 2]
        assert [s.block.number for s in await store.audit.read(after=2, limit=2)] == [3]
        assert await store.audit.read(after=3, limit=2) == []

    async def test_a_day_begins_after_the_last_block_sealed_before_it(self, store: Store) -> None:
        for number in range(3):
            await write(store, number)
            await store.audit.seal(at=AT + timedelta(hours=number), limit=10)
        assert await store.audit.last_before(AT) == 0
        assert await store.audit.last_before(AT + timedelta(hours=1, seconds=1)) == 2
        assert await store.audit.last_before(AT + timedelta(days=1)) == 3

    async def test_many_writers_and_sealers_make_one_chain_with_every_record_once(
        self, store: Store
    ) -> None:
        writing = asyncio.gather(*(write(store, 2 * n, 2 * n + 1) for n in range(WRITERS)))

        async def keep_sealing() -> None:
            for _ in range(ROUNDS_MAX):
                is_over = writing.done()
                if await seal(store, limit=7) is None and is_over:
                    return
                await asyncio.sleep(0)
            raise AssertionError("there is no end to the records")

        await asyncio.gather(writing, *(keep_sealing() for _ in range(3)))
        while await seal(store, limit=7):
            pass
        assert sorted(map(int, await numbers(store))) == list(range(2 * WRITERS))
        assert (await store.audit.unsealed()).count == 0

    async def test_times_are_sealed_to_the_microsecond(self, store: Store) -> None:
        await write(store, 1)
        at = datetime(2026, 1, 5, 15, 0, 0, 123456, tzinfo=UTC)
        block = await store.audit.seal(at=at, limit=1)
        assert block is not None
        assert block.sealed_at == at
        assert [sealed.block for sealed in await history(store)] == [block]
