"""No job outlives its claim, and one that was claimed is done."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import cast

import attrs
import pytest

from adapters.memory.clock import ManualClock
from adapters.memory.job_signal import InMemoryJobSignal
from adapters.system.clock import SystemClock
from domain.ids import JobId, Reference
from domain.processes.instructions import Instruction, OpenConversion, PlaceOrder
from domain.services.integration.jobs import JobService
from entrypoints.settings import WorkerSettings
from entrypoints.worker.job_runner import JobRunner
from ports.jobs import Job, Lane, lane_of
from tests.support import builders as a
from tests.support.waiting import eventually, turns
from tests.unit.adapters.documents.samples import samples

LEASE_S = 0.2
SETTINGS = WorkerSettings(
    concurrency_max=4,
    lease_s=LEASE_S,
    idle_s=0.01,
    poll_inbound_s=1.0,
    roll_up_s=1.0,
    seal_s=1.0,
    sweep_s=1.0,
)


class EndlessWork:
    """One job that never ends by itself, claimed again whenever its lease is over."""

    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock
        self.claims = 0
        self.at_once = 0
        self.at_once_max = 0
        self._free_at = clock.now()

    async def claim(self, *, limit: int, lease_s: float, rooms: object = None) -> Sequence[Job]:
        now = self._clock.now()
        if now < self._free_at or limit < 1:
            return ()
        self._free_at = now + timedelta(seconds=lease_s)
        self.claims += 1
        work = a.journal_order("job:1:1")
        return (Job(id=JobId("job:1:1"), work=work, attempts=self.claims, created_at=a.AT),)

    async def run(self, _: Job) -> None:
        self.at_once += 1
        self.at_once_max = max(self.at_once, self.at_once_max)
        try:
            await asyncio.Event().wait()
        finally:
            self.at_once -= 1


async def test_no_job_is_still_under_way_when_it_is_claimed_again() -> None:
    clock = ManualClock()
    work = EndlessWork(clock)
    relay = JobRunner(cast(JobService, work), InMemoryJobSignal(), clock, SETTINGS)
    running = asyncio.create_task(relay.run())

    def passes_until(condition: Callable[[], bool]) -> bool:
        clock.advance(LEASE_S / 20)
        return condition()

    await eventually(lambda: passes_until(lambda: work.claims == 4), "the fourth claim")
    running.cancel()
    await eventually(lambda: passes_until(running.done), "the end of the last job")
    with suppress(asyncio.CancelledError):
        await running
    assert work.claims == 4
    assert work.at_once_max == 1
    assert work.at_once == 0


class LateClaim(EndlessWork):
    """A store whose answer takes a lease to arrive."""

    def __init__(self, clock: ManualClock) -> None:
        super().__init__(clock)
        self.late = clock

    async def claim(self, *, limit: int, lease_s: float, rooms: object = None) -> Sequence[Job]:
        jobs = await super().claim(limit=limit, lease_s=lease_s)
        if jobs:
            self.late.advance(lease_s)
        return jobs


async def test_a_lease_is_counted_from_before_the_claim_was_sent() -> None:
    clock = ManualClock()
    work = LateClaim(clock)
    relay = JobRunner(cast(JobService, work), InMemoryJobSignal(), clock, SETTINGS)
    running = asyncio.create_task(relay.run())
    await eventually(lambda: work.claims == 1, "the first claim")
    await turns()
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    assert work.at_once_max == 0


class SlowClaim:
    """A store that has given a job away before it says so."""

    def __init__(self) -> None:
        self.is_claimed = asyncio.Event()
        self.may_say_so = asyncio.Event()
        self.done: list[JobId] = []

    async def claim(self, *, limit: int, lease_s: float, rooms: object = None) -> Sequence[Job]:
        self.is_claimed.set()
        await self.may_say_so.wait()
        work = a.journal_order("job:1:1")
        return [Job(id=JobId("job"), work=work, attempts=1, created_at=a.AT)]

    async def run(self, job: Job) -> None:
        self.done.append(job.id)


async def test_a_job_that_was_claimed_as_the_worker_was_stopped_is_done() -> None:
    work = SlowClaim()
    relay = JobRunner(cast(JobService, work), InMemoryJobSignal(), SystemClock(), SETTINGS)
    running = asyncio.create_task(relay.run())
    await work.is_claimed.wait()
    running.cancel()
    await turns()
    assert not running.done()
    work.may_say_so.set()
    with suppress(asyncio.CancelledError):
        await running
    assert work.done == ["job"]


CONVERSION = samples(OpenConversion)[0]


class HangingOfframp:
    """Endless work at the off-ramp, and an order that comes when all of it hangs."""

    def __init__(self) -> None:
        self._conversions: list[Instruction] = [
            attrs.evolve(CONVERSION, reference=Reference(f"flood:{n}:1")) for n in range(100)
        ]
        self.order_may_come = False
        self.hanging = 0
        self.done: list[JobId] = []

    async def claim(
        self, *, limit: int, lease_s: float, rooms: Mapping[Lane, int]
    ) -> Sequence[Job]:
        room = min(limit, rooms[Lane.OFFRAMP])
        work: list[Instruction] = self._conversions[:room]
        del self._conversions[:room]
        if self.order_may_come and len(work) < limit:
            self.order_may_come = False
            work.append(
                PlaceOrder(reference=Reference("order:1:1"), broker_account_id="b", terms=a.buy())
            )
        return [
            Job(id=JobId(each.reference), work=each, attempts=1, created_at=a.AT) for each in work
        ]

    async def run(self, job: Job) -> None:
        if lane_of(job.work) is Lane.OFFRAMP:
            self.hanging += 1
            await asyncio.Event().wait()
        self.done.append(job.id)


@pytest.mark.situation(
    "the off-ramp hangs while an investor's 100 arrivals are converted",
    must="another investor's order is carried out meanwhile",
)
async def test_a_provider_that_hangs_leaves_room_for_the_others(
    was: Callable[[str], None],
) -> None:
    work = HangingOfframp()
    settings = attrs.evolve(SETTINGS, concurrency_max=20, lease_s=1000.0, drain_s=0.0)
    relay = JobRunner(cast(JobService, work), InMemoryJobSignal(), SystemClock(), settings)
    running = asyncio.create_task(relay.run())
    await eventually(lambda: work.hanging == 6, "a full lane")
    work.order_may_come = True
    await eventually(lambda: work.done, "the order")
    was(f"{work.hanging} of 20 places hang at the off-ramp, and the order was carried out")
    assert work.hanging == 6
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
