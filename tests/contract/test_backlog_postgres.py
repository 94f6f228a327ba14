from __future__ import annotations

from tests.contract.backlog import CensusContract
from tests.contract.stores import InPostgres


class TestPostgresCensus(InPostgres, CensusContract):
    """Bounded looks into indexes."""
