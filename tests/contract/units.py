"""What committing a unit must mean: whole, or nothing, whoever else commits."""

from __future__ import annotations

import asyncio
from typing import Any

import attrs
import pytest

from domain.errors import DomainError
from domain.funding.deposit import Deposit, DepositStage
from domain.ids import LookupKey
from domain.ledger.account import Account, Role
from domain.ledger.entry import EntryAlreadyPosted, InsufficientFunds
from domain.money import USD, Money
from domain.processes.facts.funding import TransferSeen
from domain.processes.funding import withdrawal_debit
from ports.processes import LookupKeyTaken, StaleVersion, Step, UnitOfWork, Unstorable
from tests.contract.stores import Store
from tests.support import builders as a
from tests.support.builders import ADA, AT

HUGE = Money(2**62, USD).decimal
NAME = LookupKey("circle.transaction", "tx-1")
SEEN = TransferSeen(
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


async def attempt(store: Store, unit: UnitOfWork) -> DomainError | None:
    try:
        await store.processes.commit(unit)
    except DomainError as refusal:
        return refusal
    return None


class UnitsContract:
    """Subclasses provide the fixture ``store``."""

    @pytest.mark.parametrize(
        ("spoilt", "refusal"),
        [
            ({"entries": (a.spending(ADA, "10.01", key="too-much"),)}, InsufficientFunds),
            ({"entries": (a.spending(ADA, "1.00", key="seed"),)}, EntryAlreadyPosted),
            ({"names": (LookupKey("due.account", "taken"),)}, LookupKeyTaken),
            ({"version": 3}, StaleVersion),
        ],
        ids=["insufficient", "entry", "name", "version"],
    )
    async def test_a_refused_unit_leaves_nothing(
        self, store: Store, spoilt: dict[str, Any], refusal: type[DomainError]
    ) -> None:
        await store.ledger.post(a.funding(ADA, "10.00"), at=AT)
        taken = LookupKey("due.account", "taken")
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
        assert (await store.jobs.backlog()).count == 0
        assert await store.ledger.balance(a.cash_of(ADA)) == a.dollars("10.00")
        assert await store.ledger.imbalances() == {}

    async def test_a_refused_unit_does_not_end_its_job(self, store: Store) -> None:
        await store.processes.commit(a.unit(a.opening(a.deposit(), tasks=(a.task("job:1:1"),))))
        too_much = a.spending(ADA, "1.00", key="too-much")
        step = await step_forward(store, entries=(too_much,))
        assert await attempt(store, a.unit(step, done=a.claim("job:1:1"))) is not None
        assert (await store.jobs.backlog()).count == 1
        await store.processes.commit(a.unit(await step_forward(store), done=a.claim("job:1:1")))
        assert (await store.jobs.backlog()).count == 0

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
        assert {type(o) for o in outcomes} == {type(None), LookupKeyTaken}
        owners = await store.processes.of_investor(ADA, kind=Deposit)
        assert len(owners) == 1

    async def test_of_fifty_holds_of_the_last_dollar_exactly_one_wins(self, store: Store) -> None:
        await store.ledger.post(a.funding(ADA, "100.00"), at=AT)
        units = [a.unit(a.step_of(withdrawal_debit.request(a.withdrawal(n)))) for n in range(50)]
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

    @pytest.mark.parametrize(
        "bad",
        [
            a.opening(a.deposit(0, reason="\x00")),
            a.opening(a.deposit(0), entries=tuple(a.funding(ADA, HUGE, key=k) for k in "ab")),
        ],
        ids=["text", "number"],
    )
    async def test_what_cannot_be_stored_takes_no_other_unit_with_it(
        self, store: Store, bad: Step
    ) -> None:
        good = [a.opening(a.deposit(number)) for number in range(1, 6)]
        outcomes = await asyncio.gather(*(attempt(store, a.unit(s)) for s in (bad, *good)))
        assert [type(outcome) for outcome in outcomes] == [Unstorable, *[type(None)] * 5]
        assert await store.processes.get(a.process_id(0)) is None

    async def test_postings_of_one_unit_count_together(self, store: Store) -> None:
        """In one commit it does not matter which of two entries is written first."""
        spent_first = (a.spending(ADA, "7.00", key="spent"), a.funding(ADA, "7.00", key="came"))
        await store.processes.commit(a.unit(a.opening(a.deposit(), entries=spent_first)))
        assert await store.ledger.balance(a.cash_of(ADA)) == a.dollars("0.00")

    async def test_a_message_is_taken_in_once(self, store: Store) -> None:
        unit = a.unit(messages=(a.message(),))
        await asyncio.gather(*(store.processes.commit(unit) for _ in range(10)))
        changed = attrs.evolve(a.message(), body=b"other")
        await store.processes.commit(a.unit(messages=(changed, a.message(2))))
        jobs = await store.jobs.claim(limit=10, lease_s=60)
        assert [job.work for job in jobs] == [a.message(1), a.message(2)]

    async def test_messages_of_two_sources_may_share_an_id(self, store: Store) -> None:
        both = (a.message(source="circle"), a.message(source="due"))
        await store.processes.commit(a.unit(messages=both))
        assert (await store.jobs.backlog()).count == 2

    async def test_a_reference_is_ordered_once(self, store: Store) -> None:
        await store.processes.commit(a.unit(a.opening(a.deposit(), tasks=(a.task("ref:1:1"),))))
        again = a.task("ref:1:1", delay_s=1e6)
        await store.processes.commit(a.unit(await step_forward(store, tasks=(again,))))
        (job,) = await store.jobs.claim(limit=10, lease_s=60)
        assert job.work == a.journal_order("ref:1:1")
        assert (await store.jobs.backlog()).count == 0
