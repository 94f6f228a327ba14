"""
The store of processes, and the only way to write them.

A ``UnitOfWork`` is everything that one act changes: the records after it, the postings, the instructions,
the lookup keys, the received messages, the job that it completes, and the audit records. It is committed
whole or not at all, and nothing else writes money.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

import attrs

from domain.audit.record import AuditRecord
from domain.errors import DomainError, Kind, Severity
from domain.ids import InvestorId, JobId, LookupKey, ProcessId
from domain.ledger.entry import Entry
from domain.limits import LimitDelta
from domain.processes.decision import Process, ProcessT
from domain.processes.facts.fact import Fact
from domain.processes.instructions import Instruction
from domain.trading.order import Order
from ports.counts import CountLimit
from ports.idempotency import IdempotencyRecord

PAGE_MAX = 100

Record_co = TypeVar("Record_co", bound=Process, covariant=True)

REQUEST = "request"
"""The cause of a step that a caller requested."""


class StaleVersion(DomainError):
    """The process was changed at the same time. Load it again, then repeat the request."""

    code = "ERR_7002"
    slug = "stale-version"
    kind = Kind.CONFLICT
    retryable = True


class LookupKeyTaken(DomainError):
    """The lookup key already belongs to another process: the same object was received twice."""

    code = "ERR_7003"
    slug = "name-taken"
    kind = Kind.CONFLICT


class Unstorable(DomainError):
    """A text contains a character, or a number has a size, that cannot be stored."""

    code = "ERR_7004"
    slug = "unstorable"
    kind = Kind.VALIDATION


class LeaseLost(DomainError):
    """The job was claimed again: its end belongs to that attempt. Nothing was written."""

    code = "ERR_7009"
    slug = "lease-lost"
    kind = Kind.CONFLICT
    severity = Severity.WARNING


class JobNotParked(DomainError):
    """There is no such parked job: it was resumed, or its process has ended."""

    code = "ERR_3004"
    slug = "job-not-parked"
    kind = Kind.NOT_FOUND


@attrs.frozen(kw_only=True)
class Claim:
    """One claim of a job: no other claim of it has the same ``attempt``, so the attempt is its fence."""

    id: JobId
    attempt: int


@attrs.frozen
class Versioned(Generic[Record_co]):
    """A record as it was read; ``version`` is the number of its steps so far."""

    record: Record_co
    version: int


def of_kind(
    found: Versioned[Process] | None,
    kind: type[ProcessT],
    *,
    owner: InvestorId | None = None,
) -> Versioned[ProcessT] | None:
    """``found`` if it is of that kind and, if an ``owner`` is given, belongs to them."""
    if found is None or not isinstance(found.record, kind):
        return None
    if owner not in {None, found.record.investor_id}:
        return None
    return Versioned(found.record, found.version)


@attrs.frozen(kw_only=True)
class Task:
    """An instruction, and how long to wait before it is carried out; 0 is at once."""

    instruction: Instruction
    delay_s: float = 0.0


@attrs.frozen(kw_only=True)
class Step:
    """
    One process's part of a unit of work: from version ``version - 1`` to ``version``, because of ``fact``.

    With ``ends``, the look-ups and deadlines of the process that are not due yet are dropped.
    """

    record: Process
    version: int
    fact: Fact
    stage_before: str | None
    entries: tuple[Entry, ...] = ()
    tasks: tuple[Task, ...] = ()
    names: tuple[LookupKey, ...] = ()
    ends: bool = False


@attrs.frozen(kw_only=True)
class Message:
    """
    A verified message of a provider, stored byte for byte; ``(source, id)`` is accepted once.

    A message that ``is_news`` becomes a job; one about an intermediate state is only stored.
    """

    source: str
    id: str
    body: bytes
    headers: Mapping[str, str]
    is_news: bool = True


@attrs.frozen(kw_only=True)
class UnitOfWork:
    """
    Everything that is committed together. ``cause`` is a job, an event or a request.

    ``done`` is the claim of the job that ends with the unit; when the job was claimed again since, the
    unit is refused. ``resumed`` is a parked job that is due again.
    ``acting`` are the investors whose accounts must be active at the commit, ``emptied`` those without any
    balance left. ``unchanged`` are processes that were read for the decision and are not changed: they must
    still have that version. ``names`` are new lookup keys of processes that are
    not changed. ``counts`` are limits by count that must not be exceeded by then.
    """

    at: datetime
    cause: str = REQUEST
    steps: tuple[Step, ...] = ()
    done: Claim | None = None
    resumed: JobId | None = None
    messages: tuple[Message, ...] = ()
    entries: tuple[Entry, ...] = ()
    idempotency: IdempotencyRecord | None = None
    acting: tuple[InvestorId, ...] = ()
    emptied: tuple[InvestorId, ...] = ()
    unchanged: tuple[Versioned[Process], ...] = ()
    names: tuple[tuple[LookupKey, ProcessId], ...] = ()
    counts: tuple[CountLimit, ...] = ()
    audit: tuple[AuditRecord, ...] = ()
    usage: tuple[LimitDelta, ...] = ()


@attrs.frozen(kw_only=True)
class TrailLine:
    """
    One line of a process's history: ``kind`` is ``message``, ``stage``, ``posting`` or ``effect``.

    ``detail`` holds further data as JSON values; amounts are decimal strings.
    """

    at: datetime
    kind: str
    title: str
    detail: Mapping[str, Any]


class Processes(Protocol):
    """Every process, of every kind."""

    @abstractmethod
    async def get(self, process_id: ProcessId) -> Versioned[Process] | None: ...

    @abstractmethod
    async def get_all(
        self, process_ids: Sequence[ProcessId]
    ) -> Sequence[Versioned[Process] | None]:
        """Several processes, in the order of the ids."""

    @abstractmethod
    async def find(self, name: LookupKey) -> Versioned[Process] | None:
        """The process with the lookup key ``name``."""

    @abstractmethod
    async def of_investor(
        self,
        investor_id: InvestorId,
        *,
        kind: type[ProcessT],
        stage: str | None = None,
        before: ProcessId | None = None,
        limit: int = PAGE_MAX,
    ) -> Sequence[Versioned[ProcessT]]:
        """The investor's processes of one kind (in ``stage``), newest first, older than ``before``."""

    @abstractmethod
    async def of_group(self, group_id: str) -> Sequence[Versioned[Order]]:
        """The orders of one basket order."""

    @abstractmethod
    async def trail(self, process_id: ProcessId) -> Sequence[TrailLine]:
        """Everything that happened to the process, in order."""

    @abstractmethod
    async def commit(self, unit: UnitOfWork) -> None:
        """
        Write the unit of work durably, or nothing.

        Raises ``StaleVersion``, ``LookupKeyTaken``, ``KeyUsed``, ``AccountNotActive``, ``AccountNotEmpty``,
        ``CountExceeded``, ``InsufficientFunds``, ``DebtUnpaid``, ``LimitExceeded``, ``EntryAlreadyPosted``,
        ``LeaseLost`` or ``JobNotParked`` when the unit is refused, and ``StoreUnavailable`` when nothing
        was written or the outcome is unknown; the same unit may then be committed again.
        A message that was received before is not an error and is not stored again.
        """
