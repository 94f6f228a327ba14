"""What every search must find, and in which order."""

from __future__ import annotations

from datetime import timedelta

from domain.funding.deposit import Deposit, DepositStage
from domain.ids import LookupKey, namespace_on_chain
from domain.processes.facts.effects import DeadlinePassed
from domain.trading.order import OrderStage
from ports.search import Found
from tests.contract.stores import Store
from tests.support import builders as a
from tests.support.builders import ADA, AT, EVE

LATER = AT + timedelta(seconds=30)
TX = namespace_on_chain("0xabc")


async def fill(store: Store) -> None:
    """Deposits of two people and an order, in three stages."""
    await store.processes.commit(
        a.unit(
            a.opening(a.deposit(1)),
            a.opening(a.deposit(2, owner=EVE), names=(LookupKey(TX, "t-2"),)),
            a.opening(a.deposit(3, stage=DepositStage.DETECTED), names=(LookupKey(TX, "t-1"),)),
            a.opening(a.order(4, stage=OrderStage.MANUAL_REVIEW)),
            a.opening(a.deposit(5)),
        )
    )


def numbers(found: list[Found]) -> list[int]:
    return [int(each.record.id[-12:], 16) for each in found]


class SearchContract:
    """Subclasses provide the fixture ``store``."""

    async def test_it_is_told_when_a_process_began_and_what_moved_it(self, store: Store) -> None:
        await fill(store)
        before = await store.processes.get(a.process_id(1))
        assert before is not None
        moved = a.deposit(1, stage=DepositStage.EXPIRED)
        step = a.next_step(before, moved, fact=DeadlinePassed(stage="expected"))
        await store.processes.commit(a.unit(step, at=LATER))
        (found,) = await store.search.by_id([a.process_id(1)])
        assert found == Found(
            record=moved, version=2, began_at=AT, moved_at=LATER, last_fact="DeadlinePassed"
        )

    async def test_stages_of_several_kinds_come_together_the_newest_first(
        self, store: Store
    ) -> None:
        await fill(store)
        stages = {"Deposit": ["expected", "detected"], "Order": ["manual_review"]}
        found = await store.search.in_stages(stages, before=None, limit=10)
        assert numbers(list(found)) == [5, 4, 3, 2, 1]
        page = await store.search.in_stages(stages, before=a.process_id(4), limit=2)
        assert numbers(list(page)) == [3, 2]
        only = await store.search.in_stages({"Order": ["filled"]}, before=None, limit=10)
        assert list(only) == []

    async def test_one_investors_processes_are_of_one_kind_and_stage(self, store: Store) -> None:
        await fill(store)

        async def of(stage: str | None, **page: object) -> list[int]:
            asked = {"before": None, "limit": 10} | page
            found = await store.search.of_investor(ADA, kind=Deposit, stage=stage, **asked)  # type: ignore[arg-type]
            return numbers(list(found))

        assert await of(None) == [5, 3, 1]
        assert await of("expected") == [5, 1]
        assert await of(None, before=a.process_id(5), limit=1) == [3]

    async def test_what_is_no_id_is_nobodys(self, store: Store) -> None:
        await fill(store)
        wanted = [a.process_id(2), a.process_id(99), a.process_id(4)]
        assert numbers(list(await store.search.by_id(wanted))) == [4, 2]
        assert list(await store.search.by_id([type(wanted[0])("0xabc")])) == []
        assert list(await store.search.by_id([])) == []

    async def test_one_transaction_may_hold_several_transfers(self, store: Store) -> None:
        await fill(store)
        assert list(await store.search.named(TX)) == [a.process_id(3), a.process_id(2)]
        assert list(await store.search.named(namespace_on_chain("0xdef"))) == []
        assert list(await store.search.named("a\x00")) == []
