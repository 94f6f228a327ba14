from __future__ import annotations

from tests.contract.processes import ProcessesContract
from tests.contract.stores import InPostgres


class TestPostgresProcesses(InPostgres, ProcessesContract):
    """The store of record."""
