"""What every census must count, and how far."""

from __future__ import annotations

from datetime import timedelta

from domain.audit.record import AuditKind, AuditRecord
from domain.funding.deposit import DepositStage
from ports.backlog import Backlogged, StageCount
from ports.processes import UnitOfWork
from tests.contract.stores import Store
from tests.support import builders as a
from tests.support.builders import AT

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
