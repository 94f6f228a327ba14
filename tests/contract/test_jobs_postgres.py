from __future__ import annotations

from tests.contract.jobs import JobsContract
from tests.contract.stores import InPostgres


class TestPostgresJobs(InPostgres, JobsContract):
    """The store of record."""
