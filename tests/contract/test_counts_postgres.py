from __future__ import annotations

from tests.contract.counts import CountsContract
from tests.contract.stores import InPostgres


class TestInPostgresCounts(InPostgres, CountsContract):
    """Limits by count, in one store."""
