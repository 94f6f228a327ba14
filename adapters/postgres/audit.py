"""Seals and reads the audit trail in PostgreSQL. Records are written with their unit of work."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import datetime

import asyncpg
import attrs
import orjson

from adapters.postgres.pool import Pool
from adapters.postgres.queries import QUERIES
from domain.audit.canonical import Document, moment
from domain.audit.chain import Block, Seal, SealedBlock, seal
from ports.audit import BLOCKS_PAGE_MAX, AuditTrail, Unsealed


class PostgresAuditTrail(AuditTrail):
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def seal(self, *, at: datetime, limit: int) -> Block | None:
        waiting = await self._pool.fetch(QUERIES["audit_waiting"], limit)
        if not waiting:
            return None
        head = await self._pool.fetchrow(QUERIES["audit_head"])
        previous = _block(head) if head else None
        sealed = seal([_document(row) for row in waiting], previous=previous, at=at)
        try:
            await self._pool.execute(QUERIES["add_audit_block"], *_values(sealed))
        except asyncpg.UniqueViolationError:
            return None  # another sealer was first; the remaining records are sealed next time
        return sealed.block

    async def read(self, *, after: int, limit: int = BLOCKS_PAGE_MAX) -> Sequence[SealedBlock]:
        blocks = await self._pool.fetch(QUERIES["audit_blocks_after"], after, limit)
        if not blocks:
            return []
        rows = await self._pool.fetch(
            QUERIES["audit_seals_of_blocks"], blocks[0]["number"], blocks[-1]["number"]
        )
        by_block = itertools.groupby(rows, lambda row: row["block"])
        seals = {number: tuple(_sealed(row) for row in members) for number, members in by_block}
        return [SealedBlock(_block(row), seals.get(row["number"], ())) for row in blocks]

    async def last_before(self, at: datetime) -> int:
        number: int = await self._pool.fetchval(QUERIES["last_audit_block_before"], at)
        return number

    async def unsealed(self) -> Unsealed:
        rows = await self._pool.fetch(QUERIES["audit_unsealed"])
        return Unsealed(rows[0]["count"], rows[0]["oldest_at"])


def _values(sealed: SealedBlock) -> Sequence[object]:
    return (
        *attrs.astuple(sealed.block),
        [each.record_id for each in sealed.seals],
        [each.digest for each in sealed.seals],
    )


def _document(row: asyncpg.Record) -> Document:
    """Like ``document_of``, but from the stored values, so that any change of them is detected."""
    return {
        "id": row["id"],
        "at": moment(row["at"]),
        "kind": row["kind"],
        "subject": row["subject"],
        "actor": row["actor"],
        "about": row["about"],
        "request_id": row["request_id"],
        "ip": row["ip"],
        "detail": orjson.loads(row["detail"]),
    }


def _sealed(row: asyncpg.Record) -> Seal:
    document = None if row["id"] is None else _document(row)
    return Seal(record_id=row["record_id"], digest=row["digest"], document=document)


def _block(row: asyncpg.Record) -> Block:
    return Block(**row)
