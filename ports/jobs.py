"""
Jobs: instructions to carry out and messages to read, stored with the decision that made them.

A job is claimed for the time of a lease; if the claimer dies, the job can be claimed again when the lease
ends. It is done when a unit of work that names its claim is committed.

Leases and due times are kept by the clock of the store, which all claimers share; callers say durations.
Every claim counts an attempt, and every end of a job names the attempt it was claimed with: a claimer that
has lost its lease to another ends nothing and postpones nothing.

A job that cannot be done is parked: it stays, unfinished and not claimed, until staff resume it.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Protocol

import attrs

from domain.ids import JobId, ProcessId
from domain.processes import kinds
from domain.processes.instructions import Instruction, LookUp, LookupKind
from ports.processes import Claim, Message

BACKLOG_MAX = 10_000
"""The highest count of due jobs."""

MESSAGE = "Message"
"""The kind of a job that reads a message; every other job has the kind of its instruction."""


@attrs.frozen(kw_only=True)
class Unreadable:
    """Work of a kind or form that this release cannot read."""

    kind: str
    detail: str


Work = Instruction | Message | Unreadable


def kind_of(work: Work) -> str:
    match work:
        case Message():
            return MESSAGE
        case Unreadable(kind=kind):
            return kind
        case _:
            return kinds.kind_of(work)


class Lane(Enum):
    """Which provider a job has to wait for."""

    CUSTODIAN = "custodian"
    OFFRAMP = "offramp"
    BROKER = "broker"
    EXCHANGE = "exchange"
    MAIL = "mail"
    OURS = "ours"


_BY_KIND: Mapping[str, Lane] = {
    "CreateWallet": Lane.CUSTODIAN,
    "SendUsdc": Lane.CUSTODIAN,
    "OpenOfframpAccount": Lane.OFFRAMP,
    "LinkWallet": Lane.OFFRAMP,
    "OpenConversion": Lane.OFFRAMP,
    "OpenBrokerAccount": Lane.BROKER,
    "JournalFunds": Lane.BROKER,
    "WireOut": Lane.BROKER,
    "PlaceOrder": Lane.EXCHANGE,
    "CancelOrder": Lane.EXCHANGE,
    "SendLetter": Lane.MAIL,
}
_BY_SUBJECT: Mapping[LookupKind, Lane] = {
    LookupKind.ARRIVAL: Lane.CUSTODIAN,
    LookupKind.PAYMENT: Lane.CUSTODIAN,
    LookupKind.CONVERSION: Lane.OFFRAMP,
    LookupKind.OFFRAMP_ACCOUNT: Lane.OFFRAMP,
    LookupKind.JOURNAL: Lane.BROKER,
    LookupKind.WIRE: Lane.BROKER,
    LookupKind.BROKER_ACCOUNT: Lane.BROKER,
    LookupKind.ORDER: Lane.EXCHANGE,
}


def lane_of(work: Work) -> Lane:
    """A message, a deadline and what cannot be read wait for no provider."""
    if isinstance(work, LookUp):
        return _BY_SUBJECT[work.subject]
    return _BY_KIND.get(kind_of(work), Lane.OURS)


@attrs.frozen(kw_only=True)
class Job:
    """
    ``attempts`` includes this claim and was committed before the claim was returned.

    ``tries`` are the attempts since the job was ordered, progressed or was resumed; so it counts claims
    whose claimer died, too. ``sent_at`` is when a request was last marked as sent, ``sent_s`` seconds
    before this claim.
    """

    id: JobId
    work: Work
    attempts: int
    created_at: datetime
    sent_at: datetime | None = None
    sent_s: float | None = None
    tries: int = attrs.field(default=attrs.Factory(lambda self: self.attempts, takes_self=True))

    @property
    def kind(self) -> str:
        return kind_of(self.work)

    @property
    def claim(self) -> Claim:
        return Claim(id=self.id, attempt=self.attempts)


@attrs.frozen(kw_only=True)
class JobQueue:
    """How many jobs wait, and how long the first of them has waited; 0 if there is none."""

    count: int
    oldest_s: float


@attrs.frozen(kw_only=True)
class ParkedJob:
    """A job that could not be done. ``reason`` is the error of its last try."""

    id: JobId
    kind: str
    process_id: ProcessId | None
    attempts: int
    created_at: datetime
    parked_at: datetime
    reason: str


ROOM_FOR_ALL: Mapping[Lane, int] = {}


class Jobs(Protocol):
    @abstractmethod
    async def claim(
        self, *, limit: int, lease_s: float, rooms: Mapping[Lane, int] = ROOM_FOR_ALL
    ) -> Sequence[Job]:
        """
        Due jobs that are not claimed, oldest first; no two claimers get the same job.

        ``rooms`` limits how many are taken of a lane, so that one slow provider leaves room for the
        others. Within a lane investors take turns.

        The lease begins during the call: who measures it begins before.
        """

    @abstractmethod
    async def mark_sent(self, claim: Claim) -> bool:
        """
        Commit that a request is sent now, if the claim is the current one and its lease is not over.

        ``False`` otherwise: then it must not be sent.
        """

    @abstractmethod
    async def unmark_sent(self, claim: Claim, *, sent_at: datetime | None) -> None:
        """The request was certainly not taken: what the claim said about sending before holds again."""

    @abstractmethod
    async def postpone(
        self, claim: Claim, *, wait_s: float, reason: str, has_progressed: bool = False
    ) -> None:
        """
        End the claim: the job can be claimed again after ``wait_s``.

        One that ``has_progressed`` starts counting its tries anew. A job that is done stays so. Raises
        ``LeaseLost`` when it was claimed again since.
        """

    @abstractmethod
    async def park(self, claim: Claim, *, reason: str) -> None:
        """
        End the claim: the job is not claimed again until a unit of work resumes it.

        A job that is done stays so. Raises ``LeaseLost`` when it was claimed again since.
        """

    @abstractmethod
    async def parked(self, *, limit: int) -> Sequence[ParkedJob]:
        """Those parked longest first."""

    @abstractmethod
    async def backlog(self) -> JobQueue:
        """What is due; a count of ``BACKLOG_MAX`` means at least that many."""

    @abstractmethod
    async def parked_backlog(self) -> JobQueue:
        """What is parked; a count of ``BACKLOG_MAX`` means at least that many."""
