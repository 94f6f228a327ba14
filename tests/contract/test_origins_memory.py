from __future__ import annotations

import pytest

from adapters.memory.origins import InMemoryOrigins
from ports.origins import Origins
from tests.contract.origins import OriginsContract


class TestInMemoryOrigins(OriginsContract):
    """Origins of the twin."""

    @pytest.fixture
    def origins(self) -> Origins:
        return InMemoryOrigins()
