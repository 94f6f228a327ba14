"""
The audit trail: sealed into a chain of blocks, read back, and verified.

Records are written by ``Processes.commit`` together with the act that they describe; here they are only
sealed and read.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import attrs

from domain.audit.chain import Block, SealedBlock

BLOCKS_PAGE_MAX = 20


@attrs.frozen
class Unsealed:
    """The number of committed records in no block yet, and since when the oldest of them is waiting."""

    count: int
    oldest_at: datetime | None


class AuditTrail(Protocol):
    @abstractmethod
    async def seal(self, *, at: datetime, limit: int) -> Block | None:
        """
        Seal the oldest committed records that are in no block, up to ``limit``, in the next block.

        ``None`` when there are none, or when another process is sealing. With any concurrency there is one
        chain, and every record is in exactly one block. Raises ``StoreUnavailable``.
        """

    @abstractmethod
    async def read(self, *, after: int, limit: int = BLOCKS_PAGE_MAX) -> Sequence[SealedBlock]:
        """The blocks after block number ``after``, in order, as they are stored now."""

    @abstractmethod
    async def last_before(self, at: datetime) -> int:
        """The number of the last block that was sealed before ``at``; 0 if there is none."""

    @abstractmethod
    async def unsealed(self) -> Unsealed: ...
