"""What every census must count, and how far."""

from __future__ import annotations

from datetime import timedelta

from domain.audit.record import AuditKind, AuditRecord
from domain.funding.deposit import DepositStage
from domain.processes.facts.effects import ProcessOpened
from ports.backlog import Backlogged, StageCount, Waiting
from ports.processes import UnitOfWork, Versioned
from tests.contract.stores import Store
from tests.support import builders as a
from tests.support.builders import AT

HOUR = timedelta(hours=1)
LATER = AT + timedelta(seconds=30)
STAGES = {"Deposit": ["expected", "detected"], "Order": ["accepted"]}


def audited() -> AuditRecord:
    return AuditRecord(at=AT, kind=AuditKind.LOGIN, subject=a.ADA, actor=a.ADA)


class BacklogContract:
    """Subclasses provide the fixture ``store``."""

    async def test_stages_without_processes_are_told_as_empty(self, store: Store) -> None:
        assert list(await store.backlog.by_stage(STAGES)) == [
            StageCount(kind=kind, stage=stage, count=0, oldest_at=None)
            for kind, stages in STAGES.items()
            for stage in stages
        ]

    async def test_processes_are_counted_by_stage_with_the_age_of_the_oldest(
        self, store: Store
    ) -> None:
        await store.processes.commit(a.unit(a.opening(a.deposit(1))))
        await store.processes.commit(a.unit(a.opening(a.deposit(2)), at=LATER))
        detected = a.deposit(3, stage=DepositStage.DETECTED)
        await store.processes.commit(a.unit(a.opening(detected), at=LATER))
        found = {each.stage: each for each in await store.backlog.by_stage(STAGES)}
        assert (found["expected"].count, found["expected"].oldest_at) == (2, AT)
        assert (found["detected"].count, found["detected"].oldest_at) == (1, LATER)
        assert found["accepted"].count == 0

    async def test_records_wait_until_they_are_sealed(self, store: Store) -> None:
        assert await store.backlog.unsealed() == Backlogged(count=0, oldest_at=None)
        await store.processes.commit(UnitOfWork(at=AT, audit=(audited(), audited())))
        assert await store.backlog.unsealed() == Backlogged(count=2, oldest_at=AT)
        await store.audit.seal(at=LATER, limit=10)
        assert await store.backlog.unsealed() == Backlogged(count=0, oldest_at=None)

    async def test_it_is_known_when_each_feed_moved(self, store: Store) -> None:
        assert await store.backlog.positions() == {}
        await store.cursors.advance("trades", "1", at=AT)
        await store.cursors.advance("trades", "2", at=LATER)
        assert await store.backlog.positions() == {"trades": LATER}

    async def test_the_age_of_a_stage_begins_with_the_step_into_it(self, store: Store) -> None:
        await store.processes.commit(a.unit(a.opening(a.deposit(1)), at=AT))
        found = await store.processes.get(a.process_id(1))
        assert found is not None
        detected = a.deposit(1, stage=DepositStage.DETECTED)
        step = a.next_step(found, detected, fact=ProcessOpened())
        await store.processes.commit(a.unit(step, at=LATER))
        again = a.next_step(Versioned(detected, 2), detected, fact=ProcessOpened())
        await store.processes.commit(a.unit(again, at=LATER + HOUR))
        limits = {("Deposit", "detected"): 3600, ("Deposit", "expected"): 0, ("Order", "x"): 0}
        just_before = LATER + HOUR
        assert list(await store.backlog.overdue(limits, at=just_before, limit=9)) == []
        late = just_before + timedelta(seconds=1)
        here = Waiting(id=a.process_id(1), kind="Deposit", stage="detected")
        assert list(await store.backlog.overdue(limits, at=late, limit=9)) == [here]
        assert list(await store.backlog.overdue(limits, at=late, limit=0)) == []

    async def test_a_process_is_unattended_without_a_job_that_can_be_claimed(
        self, store: Store
    ) -> None:
        stages = [("Deposit", "expected"), ("Order", "accepted")]
        for number in (1, 2, 3):
            tasks = (a.task(f"job:{number}:1"),)
            await store.processes.commit(a.unit(a.opening(a.deposit(number), tasks=tasks)))
        await store.processes.commit(a.unit(a.opening(a.deposit(4))))
        for job in await store.jobs.claim(limit=9, lease_s=300):
            if job.id == "job:2:1":
                await store.processes.commit(a.unit(done=job.claim))
            if job.id == "job:3:1":
                await store.jobs.park(job.claim, reason="broken")
        found = await store.backlog.unattended(stages, before=LATER, limit=9)
        assert [each.id for each in found] == [a.process_id(n) for n in (2, 3, 4)]
        assert list(await store.backlog.unattended(stages, before=AT, limit=9)) == []
