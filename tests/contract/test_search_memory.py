from __future__ import annotations

from tests.contract.search import SearchContract
from tests.contract.stores import InMemory


class TestInMemorySearch(InMemory, SearchContract):
    """The twin."""
