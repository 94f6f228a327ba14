"""Units of work as the JSON document that ``commit_rows`` reads: a list of rows for each table."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import orjson

from adapters.documents import history_of, to_document
from domain.audit.record import AuditRecord
from domain.ids import LookupKey, ProcessId
from domain.ledger.debts import purses
from domain.ledger.entry import Entry
from domain.limits import LimitDelta
from domain.processes.kinds import kind_of
from domain.trading.order import Order
from ports.counts import CountLimit
from ports.idempotency import IdempotencyRecord
from ports.jobs import MESSAGE
from ports.processes import Claim, Message, Step, UnitOfWork

Row = dict[str, Any]
Rows = Mapping[str, Sequence[Any]]
"""Rows by table. A table without rows is left out, and its statement is not run."""

TraceOf = Callable[[ProcessId | None], str | None]
"""The trace context, as text, for the rows of a process; for ``None``, that of all other rows."""


def job_of_message(source: str, message_id: str) -> str:
    return f"message:{source}:{message_id}"


def untraced(_: ProcessId | None) -> None:
    """No trace context."""


def together(units: Iterable[Rows]) -> str:
    """The document of all rows. Raises ``orjson.JSONEncodeError`` for a value that JSON cannot hold."""
    rows: dict[str, list[Any]] = {}
    for unit in units:
        for table, of_table in unit.items():
            rows.setdefault(table, []).extend(of_table)
    return orjson.dumps(rows).decode()


def rows_of(unit: UnitOfWork, trace_of: TraceOf = untraced) -> Rows:
    at = unit.at.isoformat()
    steps = unit.steps
    entries: list[tuple[Entry, ProcessId | None]] = [(entry, None) for entry in unit.entries]
    entries += [(entry, step.record.id) for step in steps for entry in step.entries]
    rows: dict[str, list[Any]] = {
        "processes": [_process(step, unit, at, trace_of(step.record.id)) for step in steps],
        "names": [_name(key, process_id) for key, process_id in _names(unit)],
        "entries": [_entry(entry, process_id, at) for entry, process_id in entries],
        "postings": [row for entry, _ in entries for row in _postings(entry)],
        "debts": [
            {"free": str(purse.free), "owed": str(purse.owed)}
            for purse in purses(entry for entry, _ in entries)
        ],
        "messages": [_message(message, at) for message in unit.messages],
        "jobs": [
            *_jobs(steps, at, trace_of),
            *([{"id": unit.resumed, "resumes": True}] if unit.resumed else []),
            *(
                _reading(message, at, trace_of(None))
                for message in unit.messages
                if message.is_news
            ),
        ],
        "ended": [{"id": step.record.id, "at": at} for step in steps if step.ends],
        "done": [_done(unit.done, at)] if unit.done else [],
        "acting": list(unit.acting),
        "emptied": list(unit.emptied),
        "counts": [_count(limit) for limit in unit.counts],
        "unchanged": [{"id": e.record.id, "version": e.version} for e in unit.unchanged],
        "audit": [_audit(record) for record in unit.audit],
        "usage": [_usage(usage) for usage in unit.usage],
    }
    if unit.idempotency:
        rows["receipts"] = [_idempotency(unit.idempotency, at)]
    return {table: of_table for table, of_table in rows.items() if of_table}


def _process(step: Step, unit: UnitOfWork, at: str, trace: str | None) -> Row:
    record = step.record
    return {
        "id": record.id,
        "kind": kind_of(record),
        "investor_id": record.investor_id,
        "group_id": record.group_id if isinstance(record, Order) else None,
        "version": step.version,
        "state": to_document(record),
        "stage_before": step.stage_before,
        "stage_after": record.stage.value,
        "fact": kind_of(step.fact),
        "detail": history_of(step.fact),
        "cause": unit.cause,
        "trace": trace,
        "at": at,
    }


def _names(unit: UnitOfWork) -> Iterable[tuple[LookupKey, ProcessId]]:
    yield from ((name, step.record.id) for step in unit.steps for name in step.names)
    yield from unit.names


def _name(key: LookupKey, process_id: ProcessId) -> Row:
    return {"namespace": key.namespace, "value": key.value, "process_id": process_id}


def _entry(entry: Entry, process_id: ProcessId | None, at: str) -> Row:
    return {"key": entry.key, "template": entry.template, "process_id": process_id, "at": at}


def _postings(entry: Entry) -> Iterable[Row]:
    for line, posting in enumerate(entry.postings):
        yield {
            "entry_key": entry.key,
            "line": line,
            "debit": str(posting.debit),
            "credit": str(posting.credit),
            "asset": str(posting.amount.asset),
            "amount": posting.amount.minor,
        }


def _jobs(steps: Iterable[Step], at: str, trace_of: TraceOf) -> Iterable[Row]:
    for step in steps:
        for task in step.tasks:
            yield {
                "id": task.instruction.reference,
                "kind": kind_of(task.instruction),
                "payload": to_document(task.instruction),
                "process_id": step.record.id,
                "trace": trace_of(step.record.id),
                "delay_s": task.delay_s,
                "at": at,
            }


def _message(message: Message, at: str) -> Row:
    return {
        "source": message.source,
        "id": message.id,
        "body": base64.b64encode(message.body).decode(),
        "headers": dict(message.headers),
        "at": at,
    }


def _idempotency(idempotency: IdempotencyRecord, at: str) -> Row:
    return {
        "scope": idempotency.scope,
        "key": idempotency.key,
        "fingerprint": dict(idempotency.fingerprint),
        "status": idempotency.status,
        "headers": dict(idempotency.headers),
        "body": base64.b64encode(idempotency.body).decode(),
        "expires_at": idempotency.expires_at.isoformat(),
        "at": at,
    }


def _audit(record: AuditRecord) -> Row:
    return {
        "at": record.at.isoformat(),
        "kind": record.kind.value,
        "subject": record.subject,
        "actor": record.actor,
        "about": record.about,
        "request_id": record.request_id,
        "ip": record.ip,
        "detail": dict(record.detail),
    }


def _count(limit: CountLimit) -> Row:
    return {
        "investor_id": limit.investor_id,
        "kind": kind_of(limit.kind),
        "stage": limit.stage,
        "most": limit.most,
    }


def _usage(usage: LimitDelta) -> Row:
    return {
        "investor_id": usage.investor_id,
        "activity": usage.activity.value,
        "period": usage.period,
        "amount": usage.amount.minor,
        "allowed": usage.allowed.minor if usage.allowed else None,
    }


def _done(claim: Claim, at: str) -> Row:
    return {"id": claim.id, "attempt": claim.attempt, "at": at}


def _reading(message: Message, at: str, trace: str | None) -> Row:
    return {
        "id": job_of_message(message.source, message.id),
        "kind": MESSAGE,
        "payload": {"source": message.source, "id": message.id},
        "process_id": None,
        "trace": trace,
        "delay_s": 0.0,
        "at": at,
    }
