from __future__ import annotations

from tests.contract.idempotency import IdempotencyRecordsContract
from tests.contract.stores import InPostgres


class TestPostgresReceipts(InPostgres, IdempotencyRecordsContract):
    """Receipts in the store of record."""
