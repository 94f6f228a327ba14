from __future__ import annotations

from tests.contract.backlog import CensusContract
from tests.contract.stores import InMemory


class TestInMemoryCensus(InMemory, CensusContract):
    """The twin."""
