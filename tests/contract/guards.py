"""What a unit must mean that names what it was decided on."""

from __future__ import annotations

import asyncio

import attrs
import pytest

from domain.ids import ProcessId
from domain.processes.decision import Process
from ports.processes import StaleVersion, UnitOfWork, Versioned
from tests.contract.stores import Store
from tests.contract.units import attempt, step_forward
from tests.support import builders as a

DECIDED_ON, NOBODYS, OTHER, DECIDED = 1, 9, 2, 5


async def known(store: Store, number: int = DECIDED_ON) -> Versioned[Process]:
    found = await store.processes.get(a.process_id(number))
    assert found is not None
    return found


def deciding(*on: Versioned[Process], number: int = DECIDED) -> UnitOfWork:
    """A unit that was decided on what was read."""
    return attrs.evolve(a.unit(a.opening(a.deposit(number))), unchanged=on)


class GuardsContract:
    """Subclasses provide the fixture ``store``."""

    @pytest.fixture(autouse=True)
    async def _decided_on(self, store: Store) -> None:
        for number in (DECIDED_ON, OTHER):
            await store.processes.commit(a.unit(a.opening(a.deposit(number))))

    async def test_what_was_decided_on_what_is_still_so_is_written(self, store: Store) -> None:
        await store.processes.commit(deciding(await known(store), await known(store, OTHER)))
        assert await store.processes.get(a.process_id(DECIDED))

    async def test_what_was_decided_on_what_has_moved_on_is_not(self, store: Store) -> None:
        before = await known(store)
        await store.processes.commit(a.unit(await step_forward(store, DECIDED_ON)))
        with pytest.raises(StaleVersion):
            await store.processes.commit(deciding(await known(store, OTHER), before))
        assert await store.processes.get(a.process_id(DECIDED)) is None
        await store.processes.commit(deciding(await known(store)))

    async def test_nothing_is_decided_on_what_does_not_exist(self, store: Store) -> None:
        with pytest.raises(StaleVersion):
            await store.processes.commit(deciding(Versioned(a.deposit(NOBODYS), 1)))

    async def test_deciding_on_something_does_not_change_it(self, store: Store) -> None:
        before = await known(store)
        await store.processes.commit(deciding(before))
        assert await known(store) == before

    async def test_of_many_at_once_those_refused_take_nobody_along(self, store: Store) -> None:
        good, bad = await known(store), Versioned(a.deposit(NOBODYS), 1)
        units = [deciding(on, number=10 + n) for n, on in enumerate([good, bad] * 5)]
        outcomes = await asyncio.gather(*(attempt(store, unit) for unit in units))
        assert [type(o) for o in outcomes] == [type(None), StaleVersion] * 5

    async def test_of_a_change_and_what_was_decided_before_it_no_order_writes_both_wrongly(
        self, store: Store
    ) -> None:
        for number in range(20, 40):
            await store.processes.commit(a.unit(a.opening(a.deposit(number))))
            change = a.unit(await step_forward(store, number))
            decided = deciding(await known(store, number), number=number + 100)
            both = (decided, change) if number % 2 else (change, decided)
            outcomes = await asyncio.gather(*(attempt(store, unit) for unit in both))
            of_change, of_decided = outcomes[::-1] if number % 2 else outcomes
            assert of_change is None
            assert of_decided is None or isinstance(of_decided, StaleVersion)
            written = await store.processes.get(ProcessId(a.process_id(number + 100)))
            assert (written is None) is (of_decided is not None)
