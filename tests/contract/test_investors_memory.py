from __future__ import annotations

from tests.contract.investors import InvestorsContract
from tests.contract.stores import InMemory


class TestInMemoryInvestors(InMemory, InvestorsContract):
    """The twin."""
