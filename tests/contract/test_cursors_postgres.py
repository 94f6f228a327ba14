from __future__ import annotations

from tests.contract.cursors import CursorsContract
from tests.contract.stores import InPostgres


class TestPostgresCursors(InPostgres, CursorsContract):
    """The store of record."""
