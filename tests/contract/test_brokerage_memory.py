from __future__ import annotations

import pytest

from tests.contract.brokerage import BrokerageContract
from tests.contract.memory_broker import MemoryBrokerageRig


class TestInMemoryBrokerage(BrokerageContract):
    @pytest.fixture
    def rig(self) -> MemoryBrokerageRig:
        return MemoryBrokerageRig()
