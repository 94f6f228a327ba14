from __future__ import annotations

from tests.contract.acting import ActingContract
from tests.contract.stores import InMemory


class TestInMemoryActing(InMemory, ActingContract):
    """Who acts, in one store."""
