from __future__ import annotations

from tests.contract.search import SearchContract
from tests.contract.stores import InPostgres


class TestPostgresSearch(InPostgres, SearchContract):
    """Bounded looks into indexes."""
