from __future__ import annotations

from tests.contract.investors import InvestorsContract
from tests.contract.stores import InPostgres


class TestPostgresInvestors(InPostgres, InvestorsContract):
    """The store of record."""
