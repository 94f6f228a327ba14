from __future__ import annotations

from tests.contract.idempotency import IdempotencyRecordsContract
from tests.contract.stores import InMemory


class TestInMemoryReceipts(InMemory, IdempotencyRecordsContract):
    """Receipts of the twin."""
