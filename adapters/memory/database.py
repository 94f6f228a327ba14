"""
The database in memory: one state behind all stores.

It refuses what PostgreSQL refuses, with the same errors and just as atomically, but is not persistent.
Records are frozen, so a caller that still holds a stored record cannot change it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import attrs
import orjson

from adapters.documents import to_document
from adapters.memory.clock import ManualClock
from adapters.memory.support.accounts import Accounts
from adapters.memory.support.counts import require_few
from adapters.memory.support.rows import PostedEntry, StoredJob, StoredStep
from adapters.memory.support.usage import UsedLimits
from domain.accounts.investor import AccountNotActive, AccountNotEmpty, Investor, InvestorStage
from domain.audit.chain import SealedBlock
from domain.audit.record import AuditRecord
from domain.ids import InvestorId, JobId, LookupKey, ProcessId
from domain.ledger.entry import Entry
from domain.processes.decision import Process
from domain.processes.instructions import LookUp, WatchDeadline
from ports.clock import Clock
from ports.idempotency import IdempotencyRecord, KeyUsed
from ports.processes import (
    Claim,
    JobNotParked,
    LeaseLost,
    LookupKeyTaken,
    Message,
    StaleVersion,
    Step,
    UnitOfWork,
    Unstorable,
    Versioned,
)

_NUL = rb"\u0000"


@attrs.frozen
class InMemoryDatabase:
    processes: dict[ProcessId, Versioned[Process]] = attrs.field(factory=dict)
    steps: dict[ProcessId, list[StoredStep]] = attrs.field(factory=dict)
    names: dict[LookupKey, ProcessId] = attrs.field(factory=dict)
    accounts: Accounts = attrs.field(factory=Accounts)
    messages: dict[tuple[str, str], Message] = attrs.field(factory=dict)
    jobs: dict[JobId, StoredJob] = attrs.field(factory=dict)
    cursors: dict[str, str] = attrs.field(factory=dict)
    cursor_times: dict[str, datetime] = attrs.field(factory=dict)
    usage: UsedLimits = attrs.field(factory=UsedLimits)
    idempotency_records: dict[tuple[str, str], IdempotencyRecord] = attrs.field(factory=dict)
    audit_records: dict[int, AuditRecord] = attrs.field(factory=dict)
    audit_blocks: list[SealedBlock] = attrs.field(factory=list)
    clock: Clock = attrs.field(factory=ManualClock, kw_only=True)

    def now(self) -> datetime:
        """The time of the database, by which leases and due times are kept."""
        return self.clock.now()

    def write(self, unit: UnitOfWork) -> None:
        """Write the whole unit or nothing: everything is checked before anything changes."""
        _require_storable(unit)
        posted = list(_entries(unit))
        self._require_unused(unit.idempotency, at=unit.at)
        self._require_current(unit.steps)
        self._require_held(unit.done)
        self._require_parked(unit.resumed)
        require_few(unit.counts, self.processes.values(), unit.steps)
        self._require_active(unit.acting)
        self._require_empty(unit.emptied, [row.entry for row in posted])
        self._require_unchanged(unit.unchanged)
        self._require_free([*_names(unit)])
        self.accounts.require_postable([row.entry for row in posted])
        self.usage.require_within(unit.usage)
        for step in unit.steps:
            self._write_step(step, at=unit.at, cause=unit.cause)
        self.names.update(unit.names)
        self.accounts.post(posted)
        self.usage.count(unit.usage)
        self._write_messages(unit.messages, at=unit.at)
        if unit.idempotency:
            self.idempotency_records[unit.idempotency.scope, unit.idempotency.key] = (
                unit.idempotency
            )
        for number, record in enumerate(unit.audit, start=len(self.audit_records) + 1):
            self.audit_records[number] = record
        if unit.done:
            self.jobs[unit.done.id].done_at = unit.at
        if unit.resumed:
            self._begin_again(self.jobs[unit.resumed])

    def _require_unused(self, idempotency: IdempotencyRecord | None, *, at: datetime) -> None:
        known = idempotency and self.idempotency_records.get((idempotency.scope, idempotency.key))
        if known and known.expires_at > at:
            raise KeyUsed

    def _require_current(self, steps: Iterable[Step]) -> None:
        for step in steps:
            known = self.processes.get(step.record.id)
            if step.version != (known.version if known else 0) + 1:
                raise StaleVersion

    def _require_held(self, claim: Claim | None) -> None:
        if claim is None:
            return
        job = self.jobs.get(claim.id)
        if job is None or job.attempts != claim.attempt:
            raise LeaseLost

    def _require_parked(self, job_id: JobId | None) -> None:
        job = self.jobs.get(job_id) if job_id else None
        if job_id and (job is None or job.parked_at is None or job.done_at is not None):
            raise JobNotParked

    def _require_active(self, acting: Iterable[InvestorId]) -> None:
        for investor_id in acting:
            known = self.processes.get(ProcessId(investor_id))
            record = known.record if known else None
            if not isinstance(record, Investor) or record.stage is not InvestorStage.ACTIVE:
                raise AccountNotActive

    def _require_empty(self, emptied: Iterable[InvestorId], entries: Sequence[Entry]) -> None:
        if any(self.accounts.leaves_anything(owner, entries) for owner in emptied):
            raise AccountNotEmpty

    def _require_unchanged(self, decided_on: Iterable[Versioned[Process]]) -> None:
        for each in decided_on:
            known = self.processes.get(each.record.id)
            if known is None or known.version != each.version:
                raise StaleVersion

    def _require_free(self, names: Sequence[LookupKey]) -> None:
        if len(set(names)) < len(names) or any(name in self.names for name in names):
            raise LookupKeyTaken

    def _write_step(self, step: Step, *, at: datetime, cause: str) -> None:
        process_id = step.record.id
        self.processes[process_id] = Versioned(step.record, step.version)
        stored = StoredStep(step=step, at=at, cause=cause)
        self.steps.setdefault(process_id, []).append(stored)
        self.names.update(dict.fromkeys(step.names, process_id))
        for task in step.tasks:
            job = StoredJob(
                id=JobId(task.instruction.reference),
                work=task.instruction,
                process_id=process_id,
                created_at=at,
                due_at=self.now() + timedelta(seconds=task.delay_s),
            )
            self._order(job)
        if step.ends:
            self._finish_waiting(process_id, at=at)

    def _order(self, job: StoredJob) -> None:
        """One reference is one job. A look-up that has ended begins again when it is ordered again."""
        known = self.jobs.setdefault(job.id, job)
        if isinstance(job.work, LookUp) and (known.done_at or known.parked_at):
            known.work = job.work
            self._begin_again(known, due_at=job.due_at)

    def _begin_again(self, job: StoredJob, *, due_at: datetime | None = None) -> None:
        job.done_at, job.parked_at, job.tries = None, None, 0
        job.due_at = due_at or self.now()

    def _finish_waiting(self, process_id: ProcessId, *, at: datetime) -> None:
        for job in self.jobs.values():
            if job.process_id == process_id and isinstance(job.work, LookUp | WatchDeadline):
                job.done_at = job.done_at or at

    def _write_messages(self, messages: Iterable[Message], *, at: datetime) -> None:
        """A message that was stored before already has its job and gets no new one."""
        for message in messages:
            self.messages.setdefault((message.source, message.id), message)
            if not message.is_news:
                continue
            job_id = JobId(f"message:{message.source}:{message.id}")
            job = StoredJob(
                id=job_id, work=message, process_id=None, created_at=at, due_at=self.now()
            )
            self.jobs.setdefault(job_id, job)


def _require_storable(unit: UnitOfWork) -> None:
    """Raises ``Unstorable`` for a NUL in a text, which PostgreSQL cannot store."""
    stored = [to_document(value) for step in unit.steps for value in (step.record, step.fact)]
    stored += [dict(record.detail) for record in unit.audit]
    if any(_NUL in orjson.dumps(value) for value in stored):
        raise Unstorable


def _entries(unit: UnitOfWork) -> Iterable[PostedEntry]:
    for entry in unit.entries:
        yield PostedEntry(entry=entry, process_id=None, at=unit.at)
    for step in unit.steps:
        for entry in step.entries:
            yield PostedEntry(entry=entry, process_id=step.record.id, at=unit.at)


def _names(unit: UnitOfWork) -> Iterable[LookupKey]:
    yield from (name for step in unit.steps for name in step.names)
    yield from (name for name, _ in unit.names)
