from __future__ import annotations

from tests.contract.limits import LimitUsageContract
from tests.contract.stores import InMemory


class TestInMemoryLimitUsage(InMemory, LimitUsageContract):
    """The twin."""
