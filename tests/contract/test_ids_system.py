from __future__ import annotations

import time

import pytest

from adapters.system.ids import SystemIds
from ports.ids import Ids
from tests.contract.ids import IdsContract


class TestSystemIds(IdsContract):
    """Real chance."""

    @pytest.fixture
    def ids(self) -> Ids:
        return SystemIds()

    def test_later_identities_sort_later(self) -> None:
        ids = SystemIds()
        made = []
        for _ in range(5):
            made.append(ids.new())
            time.sleep(0.002)
        assert made == sorted(made)
