from __future__ import annotations

from tests.contract.guards import GuardsContract
from tests.contract.stores import InPostgres


class TestInPostgresGuards(InPostgres, GuardsContract):
    """What is decided on, in one store."""
