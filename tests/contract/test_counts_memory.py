from __future__ import annotations

from tests.contract.counts import CountsContract
from tests.contract.stores import InMemory


class TestInMemoryCounts(InMemory, CountsContract):
    """Limits by count, in one store."""
