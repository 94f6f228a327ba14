from __future__ import annotations

import pytest

from adapters.system.origins import ContextOrigins
from ports.origins import Origins
from tests.contract.origins import OriginsContract


class TestContextOrigins(OriginsContract):
    """Origins of real requests."""

    @pytest.fixture
    def origins(self) -> Origins:
        return ContextOrigins()
