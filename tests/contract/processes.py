"""What every store of processes must do: whole units, or nothing."""

from __future__ import annotations

import asyncio
from typing import Any

import attrs
import pytest

from domain.errors import DomainError
from domain.funding.deposit import Deposit, DepositStage
from domain.ids import JobId, ProviderRef
from domain.ledger.account import Account, Role
from domain.ledger.entry import EntryAlreadyPosted, InsufficientFunds
from domain.money import USD
from domain.processes import order_execution, withdrawal_payout
from domain.processes.facts import (
    InboundSeen,
    JournalAccepted,
    OrderReported,
    OrderStatus,
)
from domain.quantity import Price
from domain.trading.order import Order
from ports.processes import NameTaken, StaleVersion, Step, Unit
from tests.contract.stores import Store
from tests.support import builders as a
from tests.support.builders import ADA, AT, EVE

NAME = ProviderRef("circle.transaction", "tx-1")
SEEN = InboundSeen(
    transaction_id="tx-1",
    wallet_id="wallet-ada",
    tx_hash="0xabc",
    amount=a.usdc("250"),
    final=False,
)


async def step_forward(store: Store, number: int = 1, **changes: Any) -> Step:
    """The next step of a stored deposit: seen on chain."""
    found = await store.processes.get(a.process_id(number))
    assert found is not None
    assert isinstance(found.record, Deposit)
    seen = attrs.evolve(found.record, stage=DepositStage.DETECTED)
    return a.next_step(found, seen, fact=SEEN, **changes)


async def attempt(store: Store, unit: Unit) -> DomainError | None:
    try:
        await store.processes.commit(unit)
    except DomainError as refusal:
        return refusal
    return None


class ProcessesContract:
    """Subclasses provide the fixture ``store``."""

    @pytest.mark.parametrize(
        "record",
        [
            a.deposit(),
            a.withdrawal(),
            a.order(terms=a.sell("1.5"), group_id=a.process_id(9)),
            a.wallet(),
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

    async def test_a_step_changes_the_record_and_counts(self, store: Store) -> None:
        await store.processes.commit(a.unit(a.opening(a.deposit())))
        step = await step_forward(store)
        await store.processes.commit(a.unit(step))
        found = await store.processes.get(a.process_id(1))
        assert found is not None
        assert (found.record, found.version) == (step.record, 2)

    @pytest.mark.parametrize(
        ("spoilt", "refusal"),
        [
            ({"entries": (a.spending(ADA, "10.01", key="too-much"),)}, InsufficientFunds),
            ({"entries": (a.spending(ADA, "1.00", key="seed"),)}, EntryAlreadyPosted),
            ({"names": (ProviderRef("due.account", "taken"),)}, NameTaken),
            ({"version": 3}, StaleVersion),
        ],
        ids=["insufficient", "entry", "name", "version"],
    )
    async def test_a_refused_unit_leaves_nothing(
        self, store: Store, spoilt: dict[str, Any], refusal: type[DomainError]
    ) -> None:
        await store.ledger.post(a.funding(ADA, "10.00"), at=AT)
        taken = ProviderRef("due.account", "taken")
        await store.processes.commit(a.unit(a.opening(a.deposit(1), names=(taken,))))
        innocent = a.opening(
            a.deposit(2),
            names=(NAME,),
            tasks=(a.task("ref:2:1"),),
            entries=(a.spending(ADA, "5.00", key="innocent"),),
        )
        unit = a.unit(innocent, a.opening(a.deposit(3), **spoilt), messages=(a.message(),))

        assert type(await attempt(store, unit)) is refusal

        assert await store.processes.get(a.process_id(2)) is None
        assert await store.processes.find(NAME) is None
        assert await store.jobs.next_due() is None
        assert await store.ledger.balance(a.cash_of(ADA)) == a.dollars("10.00")
        assert await store.ledger.imbalances() == {}

    async def test_a_refused_unit_does_not_end_its_job(self, store: Store) -> None:
        await store.processes.commit(a.unit(a.opening(a.deposit(), tasks=(a.task("job:1:1"),))))
        too_much = a.spending(ADA, "1.00", key="too-much")
        step = await step_forward(store, entries=(too_much,))
        assert await attempt(store, a.unit(step, done=JobId("job:1:1"))) is not None
        assert await store.jobs.backlog(at=AT) == 1
        await store.processes.commit(a.unit(await step_forward(store), done=JobId("job:1:1")))
        assert await store.jobs.backlog(at=AT) == 0

    async def test_of_two_decisions_on_the_same_version_one_is_stale(self, store: Store) -> None:
        await store.processes.commit(a.unit(a.opening(a.deposit())))
        step = await step_forward(store)
        outcomes = await asyncio.gather(*(attempt(store, a.unit(step)) for _ in range(20)))
        assert outcomes.count(None) == 1
        assert {type(o) for o in outcomes} == {type(None), StaleVersion}

    async def test_a_process_is_opened_once(self, store: Store) -> None:
        await store.processes.commit(a.unit(a.opening(a.deposit())))
        with pytest.raises(StaleVersion):
            await store.processes.commit(a.unit(a.opening(a.deposit())))

    async def test_of_many_processes_with_one_name_one_is_opened(self, store: Store) -> None:
        units = [a.unit(a.opening(a.deposit(n), names=(NAME,))) for n in range(20)]
        outcomes = await asyncio.gather(*(attempt(store, unit) for unit in units))
        assert outcomes.count(None) == 1
        assert {type(o) for o in outcomes} == {type(None), NameTaken}
        owners = await store.processes.of_investor(ADA, kind=Deposit)
        assert len(owners) == 1

    async def test_of_fifty_holds_of_the_last_dollar_exactly_one_wins(self, store: Store) -> None:
        await store.ledger.post(a.funding(ADA, "100.00"), at=AT)
        units = [a.unit(a.step_of(withdrawal_payout.request(a.withdrawal(n)))) for n in range(50)]
        outcomes = await asyncio.gather(*(attempt(store, unit) for unit in units))
        assert outcomes.count(None) == 1
        assert {type(o) for o in outcomes} == {type(None), InsufficientFunds}
        winner = outcomes.index(None)
        held = Account(Role.HOLD, ADA, USD, a.process_id(winner))
        assert await store.ledger.balances(ADA) == {
            a.broker_of(ADA): a.dollars("100.00"),
            held: a.dollars("100.00"),
        }

    async def test_a_bad_unit_takes_no_other_with_it(self, store: Store) -> None:
        entries = [a.spending(ADA, "1.00", key=f"bad-{n}") for n in range(30)]
        units = [
            a.unit(a.opening(a.deposit(n), entries=(entries[n],) if n % 3 == 0 else ()))
            for n in range(30)
        ]
        outcomes = await asyncio.gather(*(attempt(store, unit) for unit in units))
        for number, outcome in enumerate(outcomes):
            found = await store.processes.get(a.process_id(number))
            is_bad = number % 3 == 0
            assert isinstance(outcome, InsufficientFunds) is is_bad
            assert (found is None) is is_bad

    async def test_postings_of_one_unit_count_together(self, store: Store) -> None:
        """In one commit it does not matter which of two entries is written first."""
        spent_first = (a.spending(ADA, "7.00", key="spent"), a.funding(ADA, "7.00", key="came"))
        await store.processes.commit(a.unit(a.opening(a.deposit(), entries=spent_first)))
        assert await store.ledger.balance(a.cash_of(ADA)) == a.dollars("0.00")

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

    async def test_a_message_is_taken_in_once(self, store: Store) -> None:
        unit = a.unit(messages=(a.message(),))
        await asyncio.gather(*(store.processes.commit(unit) for _ in range(10)))
        changed = attrs.evolve(a.message(), body=b"other")
        await store.processes.commit(a.unit(messages=(changed, a.message(2))))
        jobs = await store.jobs.claim(limit=10, lease_s=60, at=AT)
        assert [job.work for job in jobs] == [a.message(1), a.message(2)]

    async def test_messages_of_two_sources_may_share_an_id(self, store: Store) -> None:
        both = (a.message(source="circle"), a.message(source="due"))
        await store.processes.commit(a.unit(messages=both))
        assert await store.jobs.backlog(at=AT) == 2

    async def test_a_reference_is_ordered_once(self, store: Store) -> None:
        await store.processes.commit(a.unit(a.opening(a.deposit(), tasks=(a.task("ref:1:1"),))))
        again = a.task("ref:1:1", due_at=AT.replace(year=2030))
        await store.processes.commit(a.unit(await step_forward(store, tasks=(again,))))
        (job,) = await store.jobs.claim(limit=10, lease_s=60, at=AT)
        assert job.work == a.journal_order("ref:1:1")
        assert await store.jobs.backlog(at=AT) == 0

    async def test_the_trail_tells_everything_in_order(self, store: Store) -> None:
        await store.ledger.post(a.funding(ADA, "100.00"), at=AT.replace(hour=1))
        placed = order_execution.place(a.order())
        await store.processes.commit(a.unit(a.step_of(placed)))
        found = await store.processes.get(a.process_id(1))
        assert found is not None
        assert isinstance(found.record, Order)
        report = OrderReported(
            reference=found.record.reference,
            provider_id="order-1",
            status=OrderStatus.FILLED,
            filled=a.sell("0.5").quantity or a.dollars("0"),
            average_price=Price.of("200"),
        )
        decision = order_execution.decide(found.record, report)
        step = a.next_step(found, decision.record, fact=report, entries=decision.entries)
        job = JobId(found.record.reference)
        later = AT.replace(minute=1)
        await store.processes.commit(attrs.evolve(a.unit(step, done=job), at=later, cause=job))

        trail = await store.processes.trail(a.process_id(1))
        assert [(line.at, line.kind, line.title) for line in trail] == [
            (AT, "message", "Opened"),
            (AT, "stage", "new -> reserved"),
            (AT, "posting", "reserved"),
            (AT, "effect", "PlaceOrder"),
            (later, "message", "OrderReported"),
            (later, "stage", "reserved -> filled"),
            (later, "posting", "bought"),
        ]
        details = [line.detail for line in trail]
        assert details[0] == {"from": "request"}
        assert details[3] == {
            "reference": job,
            "attempts": 0,
            "done": later.isoformat(),
            "error": None,
        }
        assert details[4]["from"] == job
        assert details[4]["filled"] == "0.500000000 AAPL/9"
        assert details[5] == {"version": 2}
        assert details[6] == {
            "key": f"{a.process_id(1)}:fill:1",
            "postings": [
                {
                    "debit": f"broker:{ADA}:AAPL/9",
                    "credit": f"security:{ADA}:AAPL/9",
                    "amount": "0.500000000",
                    "asset": "AAPL/9",
                },
                {
                    "debit": f"hold:{ADA}:USD/2:{a.process_id(1)}",
                    "credit": f"broker:{ADA}:USD/2",
                    "amount": "100.00",
                    "asset": "USD/2",
                },
            ],
        }

    async def test_a_step_without_a_new_stage_is_told_without_one(self, store: Store) -> None:
        await store.processes.commit(a.unit(a.opening(a.deposit())))
        found = await store.processes.get(a.process_id(1))
        assert found is not None
        fact = JournalAccepted(reference=a.journal_order("x:y:1").reference, provider_id="j-1")
        unchanged = a.next_step(found, found.record, fact=fact)
        await store.processes.commit(a.unit(unchanged))
        kinds = [line.kind for line in await store.processes.trail(a.process_id(1))]
        assert kinds == ["message", "message", "stage"]

    async def test_inquiries_and_deadlines_are_not_told(self, store: Store) -> None:
        decision = withdrawal_payout.request(a.withdrawal())
        await store.ledger.post(a.funding(ADA, "100.00"), at=AT)
        await store.processes.commit(a.unit(a.step_of(decision)))
        found = await store.processes.get(a.process_id(1))
        assert found is not None
        debit = decision.instructions[0].reference
        fact = JournalAccepted(reference=debit, provider_id="j-1")
        accepted = withdrawal_payout.decide(decision.record, fact)
        step = a.step_of(accepted, version=2, fact=fact, stage_before="reserved")
        await store.processes.commit(a.unit(step))
        effects = [
            line for line in await store.processes.trail(a.process_id(1)) if line.kind == "effect"
        ]
        assert [line.title for line in effects] == ["JournalFunds"]
        assert await store.jobs.backlog(at=AT) == 2
