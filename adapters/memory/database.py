"""
The database, in memory: one state behind every collection.

It refuses what PostgreSQL refuses, with the same errors and as wholly; it only forgets. Records are
frozen, so what was stored cannot be changed by whoever still holds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import attrs
import orjson

from adapters.documents import to_document
from adapters.memory.accounts import Accounts
from adapters.memory.rows import PostedEntry, StoredJob, TakenStep
from domain.accounts.investor import EmailTaken, Investor
from domain.accounts.session import Session, SessionStage
from domain.audit.chain import SealedBlock
from domain.audit.record import AuditRecord
from domain.ids import InvestorId, JobId, ProcessId, ProviderRef
from domain.processes.instructions import Inquire, WatchDeadline
from ports.processes import (
    Message,
    NameTaken,
    PasswordUse,
    StaleVersion,
    Step,
    Unit,
    Unstorable,
    Versioned,
)
from ports.receipts import KeyUsed, Receipt

_NUL = rb"\u0000"


@attrs.frozen
class InMemoryDatabase:
    processes: dict[ProcessId, Versioned] = attrs.field(factory=dict)
    steps: dict[ProcessId, list[TakenStep]] = attrs.field(factory=dict)
    names: dict[ProviderRef, ProcessId] = attrs.field(factory=dict)
    accounts: Accounts = attrs.field(factory=Accounts)
    messages: dict[tuple[str, str], Message] = attrs.field(factory=dict)
    jobs: dict[JobId, StoredJob] = attrs.field(factory=dict)
    cursors: dict[str, str] = attrs.field(factory=dict)
    investors: dict[InvestorId, Investor] = attrs.field(factory=dict)
    receipts: dict[tuple[str, str], Receipt] = attrs.field(factory=dict)
    audit_records: dict[int, AuditRecord] = attrs.field(factory=dict)
    audit_blocks: list[SealedBlock] = attrs.field(factory=list)

    def write(self, unit: Unit) -> None:
        """Write the unit or nothing: everything is checked before anything changes."""
        _require_storable(unit)
        posted = list(_entries(unit))
        self._require_unused(unit.receipt, at=unit.at)
        self._require_free_addresses(unit.investors)
        self._require_current(unit.steps)
        self._require_passwords(unit)
        self._require_free([name for step in unit.steps for name in step.names])
        self.accounts.require_postable([row.entry for row in posted])
        for step in unit.steps:
            self._take(step, at=unit.at, cause=unit.cause)
        self.accounts.post(posted)
        self._take_in(unit.messages, at=unit.at)
        if unit.receipt:
            self.receipts[unit.receipt.scope, unit.receipt.key] = unit.receipt
        self.investors.update({investor.id: investor for investor in unit.investors})
        for use in unit.passwords:
            self._set_password(use)
        for number, record in enumerate(unit.audit, start=len(self.audit_records) + 1):
            self.audit_records[number] = record
        if unit.done in self.jobs:
            self.jobs[unit.done].done_at = unit.at

    def _require_unused(self, receipt: Receipt | None, *, at: datetime) -> None:
        known = receipt and self.receipts.get((receipt.scope, receipt.key))
        if known and known.expires_at > at:
            raise KeyUsed

    def _require_free_addresses(self, investors: Iterable[Investor]) -> None:
        known = {investor.email for investor in self.investors.values()}
        if any(investor.email in known for investor in investors):
            raise EmailTaken(field="email")

    def _require_current(self, steps: Iterable[Step]) -> None:
        for step in steps:
            known = self.processes.get(step.record.id)
            if step.version != (known.version if known else 0) + 1:
                raise StaleVersion

    def _require_passwords(self, unit: Unit) -> None:
        for use in unit.passwords:
            investor = self.investors.get(use.investor_id)
            if investor is None or investor.password_hash != use.held:
                raise StaleVersion
            if use.becomes and any(self._survivors(unit, use)):
                raise StaleVersion

    def _survivors(self, unit: Unit, use: PasswordUse) -> Iterable[Session]:
        """The sessions that would be there after the change and should not."""
        after = {key: stored.record for key, stored in self.processes.items()}
        after |= {step.record.id: step.record for step in unit.steps}
        for record in after.values():
            is_theirs = isinstance(record, Session) and record.investor_id == use.investor_id
            if is_theirs and record.stage is SessionStage.ACTIVE and record.id != use.keeps:
                yield record

    def _set_password(self, use: PasswordUse) -> None:
        if use.becomes:
            known = self.investors[use.investor_id]
            changed = attrs.evolve(known, password_hash=use.becomes)
            self.investors[use.investor_id] = changed

    def _require_free(self, names: Sequence[ProviderRef]) -> None:
        if len(set(names)) < len(names) or any(name in self.names for name in names):
            raise NameTaken

    def _take(self, step: Step, *, at: datetime, cause: str) -> None:
        process_id = step.record.id
        self.processes[process_id] = Versioned(step.record, step.version)
        taken = TakenStep(step=step, at=at, cause=cause)
        self.steps.setdefault(process_id, []).append(taken)
        self.names.update(dict.fromkeys(step.names, process_id))
        for task in step.tasks:
            job = StoredJob(
                id=JobId(task.instruction.reference),
                work=task.instruction,
                process_id=process_id,
                created_at=at,
                due_at=task.due_at,
            )
            self.jobs.setdefault(job.id, job)
        if step.ends:
            self._drop_waiting(process_id, at=at)

    def _drop_waiting(self, process_id: ProcessId, *, at: datetime) -> None:
        for job in self.jobs.values():
            if job.process_id == process_id and isinstance(job.work, Inquire | WatchDeadline):
                job.done_at = job.done_at or at

    def _take_in(self, messages: Iterable[Message], *, at: datetime) -> None:
        """A message that was taken in before has its job already, and no new one."""
        for message in messages:
            self.messages.setdefault((message.source, message.id), message)
            if not message.is_news:
                continue
            job_id = JobId(f"message:{message.source}:{message.id}")
            job = StoredJob(id=job_id, work=message, process_id=None, created_at=at, due_at=at)
            self.jobs.setdefault(job_id, job)


def _require_storable(unit: Unit) -> None:
    """No text in PostgreSQL may hold a NUL."""
    stored = [to_document(value) for step in unit.steps for value in (step.record, step.fact)]
    stored += [{"email": investor.email} for investor in unit.investors]
    stored += [dict(record.detail) for record in unit.audit]
    if any(_NUL in orjson.dumps(value) for value in stored):
        raise Unstorable


def _entries(unit: Unit) -> Iterable[PostedEntry]:
    for entry in unit.entries:
        yield PostedEntry(entry=entry, process_id=None, at=unit.at)
    for step in unit.steps:
        for entry in step.entries:
            yield PostedEntry(entry=entry, process_id=step.record.id, at=unit.at)
