"""Processes in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

import orjson

from adapters.documents import history_of
from adapters.memory.database import InMemoryDatabase
from adapters.memory.support.rows import PostedEntry, StoredJob, StoredStep
from adapters.trail import NO_EFFECT, effect_line, entry_line, in_order, step_lines
from domain.ids import InvestorId, LookupKey, ProcessId
from domain.processes.decision import Process, ProcessT
from domain.processes.kinds import kind_of
from domain.trading.order import Order
from ports.processes import PAGE_MAX, Processes, TrailLine, UnitOfWork, Versioned, of_kind


class InMemoryProcesses(Processes):
    """As strict as the one in PostgreSQL."""

    def __init__(self, database: InMemoryDatabase) -> None:
        self._database = database

    async def get(self, process_id: ProcessId) -> Versioned[Process] | None:
        return self._database.processes.get(process_id)

    async def get_all(
        self, process_ids: Sequence[ProcessId]
    ) -> Sequence[Versioned[Process] | None]:
        return [self._database.processes.get(process_id) for process_id in process_ids]

    async def find(self, name: LookupKey) -> Versioned[Process] | None:
        process_id = self._database.names.get(name)
        return self._database.processes[process_id] if process_id else None

    async def of_investor(
        self,
        investor_id: InvestorId,
        *,
        kind: type[ProcessT],
        stage: str | None = None,
        before: ProcessId | None = None,
        limit: int = PAGE_MAX,
    ) -> Sequence[Versioned[ProcessT]]:
        found = [
            stored
            for process_id, each in self._newest_first()
            if (stored := of_kind(each, kind, owner=investor_id))
            and stage in {None, stored.record.stage.value}
            and (before is None or process_id < before)
        ]
        return found[:limit]

    async def of_group(self, group_id: str) -> Sequence[Versioned[Order]]:
        members = [
            stored
            for _, each in self._newest_first()
            if (stored := of_kind(each, Order)) and stored.record.group_id == group_id
        ]
        return members[::-1][:PAGE_MAX]

    async def trail(self, process_id: ProcessId) -> Sequence[TrailLine]:
        steps = self._database.steps.get(process_id, [])
        entries = self._database.accounts.entries.values()
        jobs = sorted(self._database.jobs.values(), key=lambda job: (job.created_at, job.id))
        return in_order(
            [
                *(line for stored in steps for line in _step(stored)),
                *(_entry(posted) for posted in entries if posted.process_id == process_id),
                *(_effect(job) for job in jobs if job.process_id == process_id and _is_effect(job)),
            ]
        )

    async def commit(self, unit: UnitOfWork) -> None:
        await asyncio.sleep(0)  # as with a real store, other tasks may write between read and write
        self._database.write(unit)

    def _newest_first(self) -> Iterable[tuple[ProcessId, Versioned[Process]]]:
        return sorted(self._database.processes.items(), key=lambda item: item[0], reverse=True)


def _step(stored: StoredStep) -> Iterable[TrailLine]:
    step = stored.step
    return step_lines(
        at=stored.at,
        version=step.version,
        fact=kind_of(step.fact),
        detail=orjson.loads(orjson.dumps(history_of(step.fact))),
        cause=stored.cause,
        stage_before=step.stage_before,
        stage_after=step.record.stage.value,
    )


def _entry(posted: PostedEntry) -> TrailLine:
    entry = posted.entry
    return entry_line(
        at=posted.at,
        key=entry.key,
        template=entry.template,
        postings=[(str(p.debit), str(p.credit), p.amount) for p in entry.postings],
    )


def _is_effect(job: StoredJob) -> bool:
    return job.kind not in NO_EFFECT


def _effect(job: StoredJob) -> TrailLine:
    return effect_line(
        at=job.created_at,
        kind=job.kind,
        reference=job.id,
        attempts=job.attempts,
        done_at=job.done_at,
        error=job.last_error,
    )
