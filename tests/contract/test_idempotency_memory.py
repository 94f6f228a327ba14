from __future__ import annotations

from tests.contract.idempotency import ReceiptsContract
from tests.contract.stores import InMemory


class TestInMemoryReceipts(InMemory, ReceiptsContract):
    """Receipts of the twin."""
