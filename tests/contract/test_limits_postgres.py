from __future__ import annotations

from tests.contract.limits import LimitUsageContract
from tests.contract.stores import InPostgres


class TestPostgresLimitUsage(InPostgres, LimitUsageContract):
    """The store of record."""
