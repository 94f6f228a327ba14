from __future__ import annotations

from tests.contract.guards import GuardsContract
from tests.contract.stores import InMemory


class TestInMemoryGuards(InMemory, GuardsContract):
    """What is decided on, in one store."""
