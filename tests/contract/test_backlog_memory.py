from __future__ import annotations

from tests.contract.backlog import BacklogContract
from tests.contract.stores import InMemory


class TestInMemoryCensus(InMemory, BacklogContract):
    """The twin."""
