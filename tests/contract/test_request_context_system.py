from __future__ import annotations

import pytest

from adapters.system.request_context import ContextvarCurrentRequest
from ports.request_context import CurrentRequest
from tests.contract.request_context import OriginsContract


class TestContextOrigins(OriginsContract):
    """CurrentRequest of real requests."""

    @pytest.fixture
    def origins(self) -> CurrentRequest:
        return ContextvarCurrentRequest()
