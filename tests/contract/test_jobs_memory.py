from __future__ import annotations

from tests.contract.jobs import JobsContract
from tests.contract.stores import InMemory


class TestInMemoryJobs(InMemory, JobsContract):
    """The twin."""
