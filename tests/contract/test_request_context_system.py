from __future__ import annotations

import pytest

from adapters.system.request_context import ContextvarCurrentRequest
from ports.request_context import CurrentRequest
from tests.contract.request_context import CurrentRequestContract


class TestContextOrigins(CurrentRequestContract):
    """CurrentRequest of real requests."""

    @pytest.fixture
    def origins(self) -> CurrentRequest:
        return ContextvarCurrentRequest()
