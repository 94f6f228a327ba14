from __future__ import annotations

import asyncio

from ports.processes import Unstorable
from tests.contract.processes import ProcessesContract
from tests.contract.stores import InPostgres, Store
from tests.contract.units import attempt
from tests.support import builders as a


class TestPostgresProcesses(InPostgres, ProcessesContract):
    """The store of record."""

    async def test_text_that_cannot_be_stored_takes_no_other_unit_with_it(
        self, store: Store
    ) -> None:
        reasons = ["\x00", *(["fine"] * 5)]
        units = [a.unit(a.opening(a.deposit(n, reason=r))) for n, r in enumerate(reasons)]
        outcomes = await asyncio.gather(*(attempt(store, unit) for unit in units))
        assert outcomes[1:] == [None] * 5
        assert isinstance(outcomes[0], Unstorable)
