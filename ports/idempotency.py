"""
Idempotency records: the stored responses to requests with an Idempotency-Key.

A record is committed in the same unit of work as the effect of its request, so a repeated request finds
either both or neither. The first commit decides the outcome, which never changes.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

import attrs

from domain.errors import DomainError, Kind
from domain.processes.decision import Process


class KeyUsed(DomainError):
    """Another request with this Idempotency-Key was first. Repeat this one to get its outcome."""

    code = "ERR_3101"
    slug = "key-used"
    kind = Kind.CONFLICT
    retryable = True


@attrs.frozen(kw_only=True)
class IdempotencyRecord:
    """
    One stored response. ``scope`` is the caller, method and path within which ``key`` is unique.

    ``fingerprint`` has a hash of each field of the request's body, so that a different body can be
    detected and the differing field named.
    """

    scope: str
    key: str
    fingerprint: Mapping[str, str]
    status: int
    headers: Mapping[str, str]
    body: bytes
    expires_at: datetime


MakeRecord = Callable[[Sequence[Process]], IdempotencyRecord]
"""Makes the idempotency record of a request from the processes that it is about to commit."""


class IdempotencyRecords(Protocol):
    @abstractmethod
    async def find(self, *, scope: str, key: str, at: datetime) -> IdempotencyRecord | None:
        """The record, unless expired. Raises ``StoreUnavailable``: the request must then be refused."""

    @abstractmethod
    async def sweep(self, *, expired_before: datetime, limit: int) -> int:
        """Delete expired records; returns how many."""
