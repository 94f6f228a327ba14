"""Somebody with the database in their hands changes history: raw SQL, as a superuser."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg
import pytest

from entrypoints.cli import audit
from tests.contract.stores import Store, postgres_store
from tests.support import builders as a
from tests.support.builders import AT


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """Three blocks of two records each."""
    async with postgres_store(database_url) as store:
        for number in range(0, 6, 2):
            records = (a.audit_record(number), a.audit_record(number + 1))
            await store.processes.commit(a.unit(audit=records))
            await store.audit.seal(at=AT + timedelta(seconds=number), limit=10)
        yield store


@pytest.fixture
async def sql(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


async def tamper(sql: asyncpg.Connection, statement: str) -> None:
    """What no rule of the database stops any more."""
    async with sql.transaction():
        await sql.execute("SET LOCAL session_replication_role = replica")
        assert await sql.execute(statement) not in {"UPDATE 0", "DELETE 0"}


async def found(store: Store, *, witness: str | None = None) -> list[str]:
    return (await audit.verify(store.audit, witness=witness)).differences


@pytest.mark.parametrize(
    "statement",
    [
        f"{act} {table}"
        for table in ("audit_records", "audit_blocks", "audit_seals")
        for act in ("DELETE FROM", "TRUNCATE")
    ]
    + [
        "UPDATE audit_records SET kind = 'logout'",
        "UPDATE audit_blocks SET hash = 'x'",
        "UPDATE audit_seals SET digest = 'x'",
        "UPDATE audit_pending SET record_id = 0",
        "TRUNCATE audit_pending",
    ],
)
async def test_the_audit_trail_is_append_only(
    store: Store, sql: asyncpg.Connection, statement: str
) -> None:
    with pytest.raises(asyncpg.IntegrityConstraintViolationError, match="append-only"):
        await sql.execute(statement + (" CASCADE" if statement.startswith("TRUNC") else ""))
    assert await found(store) == []


async def test_a_record_cannot_be_kept_from_being_sealed(
    store: Store, sql: asyncpg.Connection
) -> None:
    await store.processes.commit(a.unit(audit=(a.audit_record(9),)))
    with pytest.raises(asyncpg.IntegrityConstraintViolationError, match="stays waiting"):
        await sql.execute("DELETE FROM audit_pending")
    assert (await store.audit.unsealed()).count == 1


async def test_there_is_one_chain(store: Store, sql: asyncpg.Connection) -> None:
    with pytest.raises(asyncpg.UniqueViolationError, match="previous_hash"):
        await sql.execute(
            "INSERT INTO audit_blocks SELECT 9, 1, 1, 1, previous_hash, 'other', sealed_at"
            "  FROM audit_blocks WHERE number = 2"
        )


async def test_an_untouched_history_is_intact(store: Store) -> None:
    report = await audit.verify(store.audit, witness=None)
    assert report.is_sound
    assert (report.verification.blocks, report.verification.records) == (3, 6)
    assert report.remarks == []


async def test_what_waits_for_its_seal_is_told(store: Store) -> None:
    await store.processes.commit(a.unit(audit=(a.audit_record(9),)))
    report = await audit.verify(store.audit, witness=None)
    assert report.is_sound
    assert report.remarks == [
        "not sealed yet: 1 records, the oldest from 2026-01-05T15:00:00+00:00"
    ]


@pytest.mark.parametrize(
    "change",
    [
        """detail = replace(detail::text, '"3"', '"4"')::jsonb""",
        "detail = jsonb_set(detail, '{number}', '3')",
        'detail = detail || \'{"more": ""}\'',
        "kind = 'logiN'",
        "at = at + interval '1 microsecond'",
        "subject = NULL",
        "actor = overlay(actor placing 'b' from 36)",
        "about = '00000000-0000-7000-8000-000000000001'",
        "request_id = request_id || ' '",
        "ip = '203.0.113.8'",
    ],
)
async def test_a_changed_byte_of_a_record_is_located(
    store: Store, sql: asyncpg.Connection, change: str
) -> None:
    await tamper(sql, f"UPDATE audit_records SET {change} WHERE id = 4")
    assert await found(store) == ["block 2, record 4: was changed"]


@pytest.mark.parametrize(
    ("statement", "differences"),
    [
        ("DELETE FROM audit_records WHERE id = 4", ["block 2, record 4: is gone"]),
        (
            "UPDATE audit_seals SET digest = overlay(digest placing 'x' from 1) WHERE record_id = 4",
            ["block 2, record 4: the digest in its seal was changed"],
        ),
        (
            "DELETE FROM audit_seals WHERE record_id = 4",
            ["block 2: holds 1 records instead of 2"],
        ),
        (
            "UPDATE audit_seals SET block = 3 WHERE record_id = 4",
            ["block 2: holds 1 records instead of 2", "block 3: holds 3 records instead of 2"],
        ),
        (
            "UPDATE audit_blocks SET hash = overlay(hash placing 'x' from 1) WHERE number = 2",
            ["block 2: its header or its hash was changed"],
        ),
        (
            "UPDATE audit_blocks SET sealed_at = sealed_at - interval '1 us' WHERE number = 2",
            ["block 2: its header or its hash was changed"],
        ),
        (
            "DELETE FROM audit_blocks WHERE number = 2",
            ["block 2: is missing; block 3 comes instead"],
        ),
        (
            "DELETE FROM audit_blocks WHERE number = 1",
            ["block 1: is missing; block 2 comes instead"],
        ),
    ],
)
async def test_whatever_else_was_changed_is_located(
    store: Store, sql: asyncpg.Connection, statement: str, differences: list[str]
) -> None:
    await tamper(sql, statement)
    assert await found(store) == differences


async def test_a_history_without_its_last_block_lacks_the_hash_that_the_log_remembers(
    store: Store, sql: asyncpg.Connection
) -> None:
    hashes = [
        row["hash"] for row in await sql.fetch("SELECT hash FROM audit_blocks ORDER BY number")
    ]
    assert await found(store, witness=hashes[0]) == []
    await tamper(sql, "DELETE FROM audit_blocks WHERE number = 3")
    await tamper(sql, "DELETE FROM audit_seals WHERE block = 3")
    assert await found(store, witness=hashes[2]) == [f"no block has the hash {hashes[2]}"]


async def test_a_record_that_commits_after_a_later_one_was_sealed_is_in_the_next_block(
    store: Store, sql: asyncpg.Connection
) -> None:
    """Numbers are given before a transaction commits; the slow one must not be skipped."""
    slow = sql.transaction()
    await slow.start()
    await sql.execute(
        "INSERT INTO audit_records (at, kind, actor, detail) VALUES (now(), 'login', 'x', '{}')"
    )
    await store.processes.commit(a.unit(audit=(a.audit_record(9),)))
    early = await store.audit.seal(at=AT, limit=10)
    await slow.commit()
    late = await store.audit.seal(at=AT, limit=10)
    assert early is not None
    assert late is not None
    assert late.last_id < early.first_id
    assert await found(store) == []
    assert (await store.audit.unsealed()).count == 0
