"""What every store of jobs must do: no job is lost, none is held by two."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence

import attrs
import pytest

from domain.ids import JobId, Reference
from domain.processes.instructions import Instruction, LookUp, LookupKind
from domain.processes.kinds import INSTRUCTIONS
from ports.jobs import Job, Lane, lane_of
from ports.processes import JobNotParked, LeaseLost, Task
from tests.contract.stores import Store
from tests.support import builders as a
from tests.support.builders import AT
from tests.unit.adapters.documents.samples import samples

LEASE_S = 300.0
"""Much longer than a slow machine takes for any step of a test."""

EACH_S = 1000.0
"""The time between the due times of two jobs."""


async def order_jobs(store: Store, count: int) -> None:
    """``count`` jobs; the first is due at once, each other one ``EACH_S`` after the one before."""
    tasks = tuple(a.task(f"job:{n}:1", delay_s=n * EACH_S) for n in range(count))
    await store.processes.commit(a.unit(a.opening(a.deposit(), tasks=tasks)))


async def finish(store: Store, job: Job) -> None:
    await store.processes.commit(a.unit(done=job.claim))


async def claim_one(store: Store) -> Job:
    (job,) = await store.jobs.claim(limit=1, lease_s=LEASE_S)
    return job


async def overtaken(store: Store) -> tuple[Job, Job]:
    """One job as claimed by a claimer whose lease ended, and by the next one."""
    await order_jobs(store, 1)
    first = await claim_one(store)
    await store.pass_time(LEASE_S)
    return first, await claim_one(store)


class JobsContract:
    """Subclasses provide the fixture ``store``."""

    async def test_without_work_there_is_nothing_to_claim(self, store: Store) -> None:
        assert list(await store.jobs.claim(limit=10, lease_s=LEASE_S)) == []
        backlog = await store.jobs.backlog()
        assert (backlog.count, backlog.oldest_s) == (0, 0.0)

    async def test_only_due_jobs_are_claimed_earliest_first(self, store: Store) -> None:
        await order_jobs(store, 5)
        await store.pass_time(2 * EACH_S)
        backlog = await store.jobs.backlog()
        assert backlog.count == 3
        assert 2 * EACH_S <= backlog.oldest_s < 3 * EACH_S
        first = await store.jobs.claim(limit=2, lease_s=LEASE_S)
        rest = await store.jobs.claim(limit=9, lease_s=LEASE_S)
        assert {job.id for job in first} == {"job:0:1", "job:1:1"}
        assert [job.id for job in rest] == ["job:2:1"]

    async def test_a_job_carries_what_was_ordered(self, store: Store) -> None:
        await order_jobs(store, 1)
        job = await claim_one(store)
        assert job.work == a.journal_order("job:0:1")
        assert (job.attempts, job.created_at) == (1, AT)

    async def test_claimers_never_get_the_same_job(self, store: Store) -> None:
        await order_jobs(store, 40)
        await store.pass_time(40 * EACH_S)
        claims = await asyncio.gather(
            *(store.jobs.claim(limit=10, lease_s=LEASE_S) for _ in range(5))
        )
        claimed = [job.id for jobs in claims for job in jobs]
        assert len(claimed) == len(set(claimed))
        while jobs := await store.jobs.claim(limit=10, lease_s=LEASE_S):
            claimed += [job.id for job in jobs]
        assert sorted(claimed) == sorted(f"job:{n}:1" for n in range(40))

    async def test_an_unfinished_job_comes_back_after_its_lease(self, store: Store) -> None:
        await order_jobs(store, 1)
        await claim_one(store)
        await store.pass_time(LEASE_S / 2)
        assert list(await store.jobs.claim(limit=1, lease_s=LEASE_S)) == []
        await store.pass_time(LEASE_S / 2)
        assert (await claim_one(store)).attempts == 2

    async def test_a_job_is_done_with_the_unit_that_names_it(self, store: Store) -> None:
        await order_jobs(store, 2)
        await store.pass_time(EACH_S)
        jobs = {job.id: job for job in await store.jobs.claim(limit=2, lease_s=LEASE_S)}
        await finish(store, jobs[JobId("job:0:1")])
        await store.pass_time(LEASE_S)
        left = await claim_one(store)
        assert left.id == "job:1:1"
        await finish(store, left)
        await store.pass_time(LEASE_S)
        assert list(await store.jobs.claim(limit=2, lease_s=LEASE_S)) == []

    async def test_an_end_is_repeated_without_an_error(self, store: Store) -> None:
        """The answer to the first commit may have been lost."""
        await order_jobs(store, 1)
        job = await claim_one(store)
        await finish(store, job)
        await finish(store, job)

    async def test_a_job_that_is_not_there_cannot_be_ended_or_postponed(self, store: Store) -> None:
        with pytest.raises(LeaseLost):
            await store.processes.commit(a.unit(done=a.claim("unknown:0:1", 1)))
        with pytest.raises(LeaseLost):
            await store.jobs.postpone(a.claim("unknown:0:1", 1), wait_s=1.0, reason="")

    async def test_a_lease_is_held_until_it_ends(self, store: Store) -> None:
        await order_jobs(store, 1)
        job = await claim_one(store)
        assert await store.jobs.mark_sent(job.claim)
        await store.pass_time(LEASE_S / 2)
        assert await store.jobs.mark_sent(job.claim)
        await store.pass_time(LEASE_S)
        assert not await store.jobs.mark_sent(job.claim)

    async def test_a_lease_is_held_by_the_newest_attempt_alone(self, store: Store) -> None:
        first, second = await overtaken(store)
        assert not await store.jobs.mark_sent(first.claim)
        assert await store.jobs.mark_sent(second.claim)
        await finish(store, second)
        assert not await store.jobs.mark_sent(second.claim)
        assert not await store.jobs.mark_sent(a.claim("unknown:0:1", 1))

    async def test_a_request_is_marked_as_sent_by_the_newest_attempt_alone(
        self, store: Store
    ) -> None:
        first, second = await overtaken(store)
        assert not await store.jobs.mark_sent(first.claim)
        assert await store.jobs.mark_sent(second.claim)
        await store.pass_time(LEASE_S)
        assert not await store.jobs.mark_sent(second.claim)

    async def test_a_later_claim_knows_how_long_ago_a_request_was_sent(self, store: Store) -> None:
        await order_jobs(store, 1)
        first = await claim_one(store)
        assert first.sent_s is None
        await store.jobs.mark_sent(first.claim)
        await store.pass_time(LEASE_S)
        second = await claim_one(store)
        assert second.sent_s is not None
        assert second.sent_s >= LEASE_S
        await store.jobs.mark_sent(second.claim)
        await store.jobs.unmark_sent(second.claim, sent_at=second.sent_at)
        await store.pass_time(LEASE_S)
        third = await claim_one(store)
        assert third.sent_s is not None
        assert third.sent_s >= 2 * LEASE_S

    async def test_a_claimer_that_was_overtaken_ends_nothing(self, store: Store) -> None:
        first, second = await overtaken(store)
        opening = a.opening(a.deposit(2))
        with pytest.raises(LeaseLost):
            await store.processes.commit(a.unit(opening, done=first.claim))
        assert await store.processes.get(a.process_id(2)) is None
        assert await store.jobs.mark_sent(second.claim)
        await store.processes.commit(a.unit(opening, done=second.claim))
        assert await store.processes.get(a.process_id(2)) is not None

    async def test_a_claimer_that_was_overtaken_takes_no_other_unit_with_it(
        self, store: Store
    ) -> None:
        first, second = await overtaken(store)
        units = [a.unit(a.opening(a.deposit(n))) for n in range(2, 8)]
        outcomes = await asyncio.gather(
            *(store.processes.commit(unit) for unit in (a.unit(done=first.claim), *units)),
            return_exceptions=True,
        )
        assert [type(outcome) for outcome in outcomes] == [LeaseLost, *[type(None)] * 6]
        assert await store.jobs.mark_sent(second.claim)

    async def test_a_claimer_that_was_overtaken_postpones_nothing(self, store: Store) -> None:
        first, second = await overtaken(store)
        with pytest.raises(LeaseLost):
            await store.jobs.postpone(first.claim, wait_s=0.0, reason="too late")
        assert await store.jobs.mark_sent(second.claim)
        assert list(await store.jobs.claim(limit=1, lease_s=LEASE_S)) == []

    async def test_an_end_without_a_new_claim_counts_after_the_lease(self, store: Store) -> None:
        await order_jobs(store, 1)
        job = await claim_one(store)
        await store.pass_time(LEASE_S)
        await finish(store, job)
        assert list(await store.jobs.claim(limit=1, lease_s=LEASE_S)) == []

    async def test_a_postponed_job_waits_and_is_claimed_again(self, store: Store) -> None:
        await order_jobs(store, 1)
        job = await claim_one(store)
        await store.jobs.postpone(job.claim, wait_s=2 * LEASE_S, reason="\x00" + "x" * 2000)
        await store.pass_time(LEASE_S)
        assert list(await store.jobs.claim(limit=1, lease_s=LEASE_S)) == []
        await store.pass_time(LEASE_S)
        assert (await claim_one(store)).attempts == 2
        effect = (await store.processes.trail(a.process_id(1)))[-1]
        assert effect.detail["error"] == "x" * 500

    async def test_a_job_that_is_done_cannot_be_postponed(self, store: Store) -> None:
        await order_jobs(store, 1)
        job = await claim_one(store)
        await finish(store, job)
        await store.jobs.postpone(job.claim, wait_s=0.0, reason="too late")
        assert list(await store.jobs.claim(limit=1, lease_s=LEASE_S)) == []

    async def test_a_message_is_work_byte_for_byte(self, store: Store) -> None:
        await store.processes.commit(a.unit(messages=(a.message(),)))
        job = await claim_one(store)
        assert job.work == a.message()
        await finish(store, job)
        await store.pass_time(LEASE_S)
        assert (await store.jobs.backlog()).count == 0

    async def test_tries_count_every_claim_until_the_job_progresses(self, store: Store) -> None:
        await order_jobs(store, 1)
        await claim_one(store)
        await store.pass_time(LEASE_S)
        second = await claim_one(store)
        assert (second.attempts, second.tries) == (2, 2)
        await store.jobs.postpone(second.claim, wait_s=0.0, reason="", has_progressed=True)
        third = await claim_one(store)
        assert (third.attempts, third.tries) == (3, 1)

    async def test_a_parked_job_is_told_and_not_claimed(self, store: Store) -> None:
        await order_jobs(store, 1)
        job = await claim_one(store)
        await store.jobs.park(job.claim, reason="\x00broken")
        await store.pass_time(LEASE_S)
        assert list(await store.jobs.claim(limit=1, lease_s=LEASE_S)) == []
        assert not await store.jobs.mark_sent(job.claim)
        assert (await store.jobs.backlog()).count == 0
        assert (await store.jobs.parked_backlog()).count == 1
        (parked,) = await store.jobs.parked(limit=10)
        assert (parked.id, parked.kind, parked.reason) == (job.id, "JournalFunds", "broken")
        assert (parked.process_id, parked.attempts) == (a.process_id(1), 1)

    async def test_a_claimer_that_was_overtaken_parks_nothing(self, store: Store) -> None:
        first, second = await overtaken(store)
        with pytest.raises(LeaseLost):
            await store.jobs.park(first.claim, reason="too late")
        assert await store.jobs.mark_sent(second.claim)

    async def test_a_job_that_is_done_cannot_be_parked(self, store: Store) -> None:
        await order_jobs(store, 1)
        job = await claim_one(store)
        await finish(store, job)
        await store.jobs.park(job.claim, reason="too late")
        assert list(await store.jobs.parked(limit=10)) == []

    async def test_a_resumed_job_is_due_at_once_and_counts_anew(self, store: Store) -> None:
        await order_jobs(store, 1)
        job = await claim_one(store)
        await store.jobs.park(job.claim, reason="broken")
        await store.processes.commit(a.unit(resumed=job.id))
        again = await claim_one(store)
        assert (again.attempts, again.tries) == (2, 1)
        assert (await store.jobs.parked_backlog()).count == 0

    async def test_what_is_not_parked_cannot_be_resumed(self, store: Store) -> None:
        await order_jobs(store, 2)
        parked = await claim_one(store)
        await store.jobs.park(parked.claim, reason="broken")
        outcomes = await asyncio.gather(
            *(
                store.processes.commit(a.unit(a.opening(a.deposit(n)), resumed=job))
                for n, job in enumerate((parked.id, JobId("job:1:1"), JobId("unknown")), start=2)
            ),
            return_exceptions=True,
        )
        assert [type(outcome) for outcome in outcomes] == [type(None), JobNotParked, JobNotParked]
        assert await store.processes.get(a.process_id(3)) is None

    async def test_a_look_up_that_ended_begins_again_when_it_is_ordered_again(
        self, store: Store
    ) -> None:
        """A process may wait for the same thing twice; an effect still happens once."""
        lookup, effect = a.lookup("ref:1:1"), a.journal_order("effect:1:1")
        tasks = (Task(instruction=lookup), Task(instruction=effect))
        await store.processes.commit(a.unit(a.opening(a.deposit(1), tasks=tasks)))
        for job in await store.jobs.claim(limit=9, lease_s=LEASE_S):
            await finish(store, job)
        await asyncio.gather(
            *(
                store.processes.commit(a.unit(a.opening(a.deposit(n), tasks=tasks)))
                for n in range(2, 10)
            )
        )
        again = await claim_one(store)
        assert (again.work, again.attempts, again.tries) == (lookup, 2, 1)

    async def test_a_look_up_that_goes_on_is_not_begun_twice(self, store: Store) -> None:
        tasks = (Task(instruction=a.lookup("ref:1:1")),)
        await store.processes.commit(a.unit(a.opening(a.deposit(1), tasks=tasks)))
        job = await claim_one(store)
        await store.processes.commit(a.unit(a.opening(a.deposit(2), tasks=tasks)))
        assert await store.jobs.mark_sent(job.claim)
        assert list(await store.jobs.claim(limit=9, lease_s=LEASE_S)) == []

    async def test_a_lane_gives_no_more_than_there_is_room_for(self, store: Store) -> None:
        tasks = tuple(Task(instruction=each) for each in one_of_each_lane())
        for number in range(3):
            named = tuple(attrs.evolve(t, instruction=renamed(t, number)) for t in tasks)
            await store.processes.commit(a.unit(a.opening(a.deposit(number), tasks=named)))
        rooms = {Lane.OFFRAMP: 1, Lane.BROKER: 0}
        claimed = await store.jobs.claim(limit=100, lease_s=LEASE_S, rooms=rooms)
        counts = Counter(lane_of(job.work) for job in claimed)
        wanted = {lane: rooms.get(lane, 3 * len(each)) for lane, each in by_lane().items()}
        assert counts == Counter(wanted)

    async def test_within_a_lane_investors_take_turns(self, store: Store) -> None:
        flood = tuple(a.task(f"ada:{n}:1") for n in range(20))
        await store.processes.commit(a.unit(a.opening(a.deposit(1), tasks=flood)))
        eve = a.deposit(2, investor_id=a.EVE)
        await store.processes.commit(a.unit(a.opening(eve, tasks=(a.task("eve:1:1"),))))
        claimed = await store.jobs.claim(limit=2, lease_s=LEASE_S)
        assert "eve:1:1" in {job.id for job in claimed}


def one_of_each_lane() -> Sequence[Instruction]:
    """Instructions of every kind, and look-ups of every subject."""
    every = [samples(kind)[0] for kind in INSTRUCTIONS if kind is not LookUp]
    lookups = [attrs.evolve(a.lookup("x"), subject=subject) for subject in LookupKind]
    return [*every, *lookups]


def by_lane() -> Mapping[Lane, Sequence[Instruction]]:
    found: dict[Lane, list[Instruction]] = {}
    for each in one_of_each_lane():
        found.setdefault(lane_of(each), []).append(each)
    return found


def renamed(task: Task, number: int) -> Instruction:
    """The instruction under a reference of its own."""
    place = list(one_of_each_lane()).index(task.instruction)
    return attrs.evolve(task.instruction, reference=Reference(f"lane:{place}-{number}:1"))
