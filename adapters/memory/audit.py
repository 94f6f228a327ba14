"""The audit trail in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from adapters.memory.database import InMemoryDatabase
from domain.audit.chain import Block, SealedBlock, document_of, seal
from ports.audit import BLOCKS_PAGE_MAX, AuditTrail, Unsealed


class InMemoryAuditTrail(AuditTrail):
    """Stored records cannot be changed here, so they never differ from their seals."""

    def __init__(self, database: InMemoryDatabase) -> None:
        self._database = database

    async def seal(self, *, at: datetime, limit: int) -> Block | None:
        await asyncio.sleep(0)  # as with a real store, other tasks may run first
        waiting = self._waiting()[:limit]
        if not waiting:
            return None
        blocks, records = self._database.audit_blocks, self._database.audit_records
        previous = blocks[-1].block if blocks else None
        documents = [document_of(number, records[number]) for number in waiting]
        blocks.append(seal(documents, previous=previous, at=at))
        return blocks[-1].block

    async def read(self, *, after: int, limit: int = BLOCKS_PAGE_MAX) -> Sequence[SealedBlock]:
        return self._database.audit_blocks[after : after + limit]

    async def last_before(self, at: datetime) -> int:
        blocks = [sealed.block for sealed in self._database.audit_blocks]
        return max((block.number for block in blocks if block.sealed_at < at), default=0)

    async def unsealed(self) -> Unsealed:
        waiting = [self._database.audit_records[number] for number in self._waiting()]
        return Unsealed(len(waiting), min((record.at for record in waiting), default=None))

    def _waiting(self) -> Sequence[int]:
        """The numbers of records not yet in a block; here they are committed in the order of numbers."""
        blocks = self._database.audit_blocks
        sealed = blocks[-1].block.last_id if blocks else 0
        return range(sealed + 1, len(self._database.audit_records) + 1)
