"""What every store of investors must do."""

from __future__ import annotations

import asyncio

import pytest

from domain.accounts.investor import EmailTaken, Investor
from domain.ids import InvestorId
from tests.contract.stores import Store
from tests.support import builders as a


class InvestorsContract:
    """Subclasses provide the fixture ``store``."""

    async def test_an_investor_is_found_by_id_and_by_address(self, store: Store) -> None:
        await store.processes.commit(a.unit(investors=(a.investor(),)))
        assert await store.investors.get(a.investor().id) == a.investor()
        assert await store.investors.by_email("ada@example.org") == a.investor()

    async def test_nobody_is_found_under_another_name(self, store: Store) -> None:
        await store.processes.commit(a.unit(investors=(a.investor(),)))
        assert await store.investors.get(InvestorId(a.process_id(2))) is None
        assert await store.investors.by_email("eve@example.org") is None

    async def test_what_cannot_be_stored_is_nobodys_address(self, store: Store) -> None:
        assert await store.investors.by_email("a\x00@example.org") is None

    async def test_an_address_belongs_to_one_investor(self, store: Store) -> None:
        await store.processes.commit(a.unit(investors=(a.investor(1),)))
        with pytest.raises(EmailTaken):
            await store.processes.commit(a.unit(investors=(a.investor(2),)))
        assert await store.investors.get(a.investor(2).id) is None

    async def test_of_many_who_want_an_address_one_gets_it(self, store: Store) -> None:
        async def add(investor: Investor) -> bool:
            try:
                await store.processes.commit(a.unit(investors=(investor,)))
            except EmailTaken:
                return False
            return True

        added = await asyncio.gather(*(add(a.investor(n)) for n in range(10)))
        assert added.count(True) == 1
