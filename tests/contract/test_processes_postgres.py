from __future__ import annotations

import asyncio

import pytest

from tests.contract.processes import ProcessesContract, attempt
from tests.contract.stores import InPostgres, Store
from tests.support import builders as a


class TestPostgresProcesses(InPostgres, ProcessesContract):
    """The store of record."""

    @pytest.mark.xfail(
        strict=True, reason="write_units reads text that jsonb cannot hold and fails as a batch"
    )
    async def test_text_that_cannot_be_stored_takes_no_other_unit_with_it(
        self, store: Store
    ) -> None:
        reasons = ["\x00", *(["fine"] * 5)]
        units = [a.unit(a.opening(a.deposit(n, reason=r))) for n, r in enumerate(reasons)]
        outcomes = await asyncio.gather(*(attempt(store, unit) for unit in units))
        assert outcomes[1:] == [None] * 5
