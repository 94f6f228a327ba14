from __future__ import annotations

import pytest

from adapters.memory.ids import SequentialIds
from ports.ids import Ids
from tests.contract.ids import IdsContract


class TestSequentialIds(IdsContract):
    """The twin."""

    @pytest.fixture
    def ids(self) -> Ids:
        return SequentialIds()

    def test_they_count_up(self) -> None:
        ids = SequentialIds()
        made = [ids.new() for _ in range(20)]
        assert made == sorted(made)
