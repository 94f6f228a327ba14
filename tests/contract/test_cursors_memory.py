from __future__ import annotations

from tests.contract.cursors import CursorsContract
from tests.contract.stores import InMemory


class TestInMemoryCursors(InMemory, CursorsContract):
    """The twin."""
