from __future__ import annotations

from tests.contract.ledger import LedgerContract
from tests.contract.stores import InMemory


class TestInMemoryLedger(InMemory, LedgerContract):
    """The twin."""
