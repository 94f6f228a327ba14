from __future__ import annotations

import pytest

from adapters.memory.request_context import InMemoryCurrentRequest
from ports.request_context import CurrentRequest
from tests.contract.request_context import CurrentRequestContract


class TestInMemoryOrigins(CurrentRequestContract):
    """CurrentRequest of the twin."""

    @pytest.fixture
    def origins(self) -> CurrentRequest:
        return InMemoryCurrentRequest()
