from __future__ import annotations

from tests.contract.processes import ProcessesContract
from tests.contract.stores import InMemory


class TestInMemoryProcesses(InMemory, ProcessesContract):
    """The twin."""
