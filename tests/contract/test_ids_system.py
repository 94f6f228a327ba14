from __future__ import annotations

import time

import pytest

from adapters.system.ids import SystemIds
from ports.ids import Ids
from tests.contract.ids import IdsContract


def _until_the_next_millisecond() -> None:
    now_ms = time.time_ns() // 1_000_000
    while time.time_ns() // 1_000_000 == now_ms:
        pass


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
            _until_the_next_millisecond()
        assert made == sorted(made)
