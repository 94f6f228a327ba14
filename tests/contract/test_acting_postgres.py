from __future__ import annotations

from tests.contract.acting import ActingContract
from tests.contract.stores import InPostgres


class TestInPostgresActing(InPostgres, ActingContract):
    """Who acts, in one store."""
