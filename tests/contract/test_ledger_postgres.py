from __future__ import annotations

from tests.contract.ledger import LedgerContract
from tests.contract.stores import InPostgres


class TestPostgresLedger(InPostgres, LedgerContract):
    """The store of record."""
