from __future__ import annotations

from tests.contract.idempotency import ReceiptsContract
from tests.contract.stores import InPostgres


class TestPostgresReceipts(InPostgres, ReceiptsContract):
    """Receipts in the store of record."""
