from __future__ import annotations

import pytest

from adapters.memory.doorbell import InMemoryDoorbell
from tests.contract.doorbell import DoorbellContract, Doorbells


class TestInMemoryDoorbell(DoorbellContract):
    """The twin: both ends are the same."""

    @pytest.fixture
    def bells(self) -> Doorbells:
        bell = InMemoryDoorbell()
        return Doorbells(here=bell, there=bell)
