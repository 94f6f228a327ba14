from __future__ import annotations

import pytest

from adapters.memory.job_signal import InMemoryJobSignal
from tests.contract.job_signal import Doorbells, JobSignalContract


class TestInMemoryDoorbell(JobSignalContract):
    """The twin: both ends are the same."""

    @pytest.fixture
    def bells(self) -> Doorbells:
        bell = InMemoryJobSignal()
        return Doorbells(here=bell, there=bell)
