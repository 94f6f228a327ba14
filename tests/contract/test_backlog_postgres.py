from __future__ import annotations

from tests.contract.backlog import BacklogContract
from tests.contract.stores import InPostgres


class TestPostgresCensus(InPostgres, BacklogContract):
    """Bounded looks into indexes."""
