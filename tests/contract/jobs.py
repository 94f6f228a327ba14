"""What every store of jobs must do: no job is lost, none is held by two."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from domain.ids import JobId
from tests.contract.stores import Store
from tests.support import builders as a
from tests.support.builders import AT

LEASE_S = 30.0
AFTER_LEASE = AT + timedelta(seconds=LEASE_S)


async def order_jobs(store: Store, count: int) -> None:
    """``count`` jobs, ``job:0:1`` first, due one second after the other from ``AT`` on."""
    tasks = tuple(a.task(f"job:{n}:1", due_at=AT + timedelta(seconds=n)) for n in range(count))
    await store.processes.commit(a.unit(a.opening(a.deposit(), tasks=tasks)))


async def finish(store: Store, job_id: JobId) -> None:
    await store.processes.commit(a.unit(done=job_id))


class JobsContract:
    """Subclasses provide the fixture ``store``."""

    async def test_without_work_there_is_nothing_to_claim(self, store: Store) -> None:
        assert list(await store.jobs.claim(limit=10, lease_s=LEASE_S, at=AT)) == []
        assert await store.jobs.next_due() is None
        assert await store.jobs.backlog(at=AT) == 0

    async def test_only_due_jobs_are_claimed_earliest_first(self, store: Store) -> None:
        await order_jobs(store, 5)
        two_seconds_on = AT + timedelta(seconds=2)
        assert await store.jobs.backlog(at=two_seconds_on) == 3
        first = await store.jobs.claim(limit=2, lease_s=LEASE_S, at=two_seconds_on)
        rest = await store.jobs.claim(limit=9, lease_s=LEASE_S, at=two_seconds_on)
        assert {job.id for job in first} == {"job:0:1", "job:1:1"}
        assert [job.id for job in rest] == ["job:2:1"]

    async def test_a_job_carries_what_was_ordered(self, store: Store) -> None:
        await order_jobs(store, 1)
        (job,) = await store.jobs.claim(limit=1, lease_s=LEASE_S, at=AT)
        assert job.work == a.journal_order("job:0:1")
        assert (job.attempts, job.created_at) == (1, AT)

    async def test_claimers_never_get_the_same_job(self, store: Store) -> None:
        await order_jobs(store, 40)
        claims = await asyncio.gather(
            *(
                store.jobs.claim(limit=10, lease_s=LEASE_S, at=AT + timedelta(minutes=1))
                for _ in range(5)
            )
        )
        claimed = [job.id for jobs in claims for job in jobs]
        assert len(claimed) == len(set(claimed))
        while jobs := await store.jobs.claim(
            limit=10, lease_s=LEASE_S, at=AT + timedelta(minutes=1)
        ):
            claimed += [job.id for job in jobs]
        assert sorted(claimed) == sorted(f"job:{n}:1" for n in range(40))

    async def test_an_unfinished_job_comes_back_after_its_lease(self, store: Store) -> None:
        await order_jobs(store, 1)
        await store.jobs.claim(limit=1, lease_s=LEASE_S, at=AT)
        assert await store.jobs.next_due() == AFTER_LEASE
        just_before = AFTER_LEASE - timedelta(microseconds=1)
        assert list(await store.jobs.claim(limit=1, lease_s=LEASE_S, at=just_before)) == []
        (again,) = await store.jobs.claim(limit=1, lease_s=LEASE_S, at=AFTER_LEASE)
        assert again.attempts == 2

    async def test_a_job_is_done_with_the_unit_that_names_it(self, store: Store) -> None:
        await order_jobs(store, 2)
        await store.jobs.claim(limit=2, lease_s=LEASE_S, at=AT + timedelta(seconds=1))
        await finish(store, JobId("job:0:1"))
        left = await store.jobs.claim(limit=2, lease_s=LEASE_S, at=AT + timedelta(hours=1))
        assert [job.id for job in left] == ["job:1:1"]
        await finish(store, JobId("job:1:1"))
        assert await store.jobs.next_due() is None

    async def test_ending_a_job_that_is_not_there_is_no_error(self, store: Store) -> None:
        await finish(store, JobId("nobody:0:1"))

    async def test_a_postponed_job_waits_and_is_claimed_again(self, store: Store) -> None:
        await order_jobs(store, 1)
        await store.jobs.claim(limit=1, lease_s=LEASE_S, at=AT)
        later = AT + timedelta(minutes=5)
        await store.jobs.postpone(JobId("job:0:1"), until=later, reason="x" * 2000)
        assert await store.jobs.next_due() == later
        assert list(await store.jobs.claim(limit=1, lease_s=LEASE_S, at=AFTER_LEASE)) == []
        (again,) = await store.jobs.claim(limit=1, lease_s=LEASE_S, at=later)
        assert again.attempts == 2
        effect = (await store.processes.trail(a.process_id(1)))[-1]
        assert effect.detail["error"] == "x" * 500

    async def test_a_job_that_is_done_cannot_be_postponed(self, store: Store) -> None:
        await order_jobs(store, 1)
        await finish(store, JobId("job:0:1"))
        await store.jobs.postpone(JobId("job:0:1"), until=AT, reason="too late")
        assert await store.jobs.next_due() is None

    async def test_a_message_is_work_byte_for_byte(self, store: Store) -> None:
        await store.processes.commit(a.unit(messages=(a.message(),)))
        (job,) = await store.jobs.claim(limit=1, lease_s=LEASE_S, at=AT)
        assert job.work == a.message()
        await finish(store, job.id)
        assert await store.jobs.backlog(at=AT + timedelta(hours=1)) == 0
