"""What every store of processes must do: keep them, find them, and commit units whole."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from domain.funding.deposit import Deposit
from domain.trading.order import Order
from ports.processes import LookupKeyTaken
from tests.contract.stores import Store
from tests.contract.trails import TrailsContract
from tests.contract.units import NAME, UnitsContract, step_forward
from tests.support import builders as a
from tests.support.builders import ADA, EVE


class ProcessesContract(UnitsContract, TrailsContract):
    """Subclasses provide the fixture ``store``."""

    @pytest.mark.parametrize(
        "record",
        [
            a.deposit(),
            a.withdrawal(),
            a.order(terms=a.sell("1.5"), group_id=a.process_id(9)),
            a.wallet(provider_id="w-1", address=a.SOMEWHERE),
            a.onboarding(),
            a.settled_deposit(),
            a.wired_withdrawal(),
            a.proposal(),
            a.staff(),
        ],
        ids=lambda record: type(record).__name__,
    )
    async def test_a_record_comes_back_as_it_was_written(self, store: Store, record: Any) -> None:
        await store.processes.commit(a.unit(a.opening(record)))
        found = await store.processes.get(record.id)
        assert found is not None
        assert (found.record, found.version) == (record, 1)

    async def test_a_process_nobody_wrote_is_not_there(self, store: Store) -> None:
        assert await store.processes.get(a.process_id(404)) is None
        assert await store.processes.find(NAME) is None
        assert await store.processes.trail(a.process_id(404)) == []

    async def test_a_process_is_found_by_what_a_provider_calls_it(self, store: Store) -> None:
        await store.processes.commit(a.unit(a.opening(a.deposit(), names=(NAME,))))
        found = await store.processes.find(NAME)
        assert found is not None
        assert found.record == a.deposit()
        assert await store.processes.find(attrs.evolve(NAME, namespace="due.account")) is None

    async def test_a_unit_names_a_process_that_it_does_not_change(self, store: Store) -> None:
        await store.processes.commit(a.unit(a.opening(a.deposit())))
        naming = a.unit(names=((NAME, a.process_id(1)),))
        await store.processes.commit(naming)
        found = await store.processes.find(NAME)
        assert found is not None
        assert (found.record, found.version) == (a.deposit(), 1)
        with pytest.raises(LookupKeyTaken):
            await store.processes.commit(naming)

    async def test_a_step_changes_the_record_and_counts(self, store: Store) -> None:
        await store.processes.commit(a.unit(a.opening(a.deposit())))
        step = await step_forward(store)
        await store.processes.commit(a.unit(step))
        found = await store.processes.get(a.process_id(1))
        assert found is not None
        assert (found.record, found.version) == (step.record, 2)

    async def test_pages_go_from_new_to_old_and_end(self, store: Store) -> None:
        await store.processes.commit(a.unit(*(a.opening(a.deposit(n)) for n in range(1, 8))))
        seen: list[str] = []
        before = None
        for _ in range(4):
            page = await store.processes.of_investor(ADA, kind=Deposit, before=before, limit=3)
            if not page:
                break
            seen += [found.record.id for found in page]
            before = page[-1].record.id
        assert seen == [a.process_id(n) for n in range(7, 0, -1)]

    async def test_an_investor_sees_their_own_processes_of_the_kind(self, store: Store) -> None:
        await store.processes.commit(
            a.unit(
                a.opening(a.deposit(1)),
                a.opening(a.deposit(2, owner=EVE)),
                a.opening(a.order(3)),
            )
        )
        deposits = await store.processes.of_investor(ADA, kind=Deposit)
        assert [found.record.id for found in deposits] == [a.process_id(1)]
        orders = await store.processes.of_investor(EVE, kind=Order)
        assert list(orders) == []

    async def test_processes_can_be_asked_for_by_their_stage(self, store: Store) -> None:
        await store.processes.commit(a.unit(*(a.opening(a.deposit(n)) for n in (1, 2))))
        await store.processes.commit(a.unit(await step_forward(store)))
        for stage, number in (("detected", 1), ("expected", 2)):
            found = await store.processes.of_investor(ADA, kind=Deposit, stage=stage)
            assert [f.record.id for f in found] == [a.process_id(number)]
        assert list(await store.processes.of_investor(ADA, kind=Deposit, stage="failed")) == []

    async def test_the_orders_of_a_group_come_in_order(self, store: Store) -> None:
        group = a.process_id(99)
        mine = [a.order(n, group_id=group) for n in (3, 1, 2)]
        others = [a.order(4), a.order(5, group_id=a.process_id(98))]
        await store.processes.commit(a.unit(*(a.opening(o) for o in (*mine, *others))))
        found = await store.processes.of_group(group)
        assert [f.record.id for f in found] == [a.process_id(n) for n in (1, 2, 3)]
