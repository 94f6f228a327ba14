"""
IdempotencyRecords: what a request under an idempotency key came to.

A receipt is committed in the same unit as the effect of its request, so a repeated request finds either
both or neither. Whoever commits first decides the outcome; it never changes.
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
    One outcome. ``scope`` is the caller, method and path within which ``key`` counts.

    ``fingerprint`` has a hash for each field of the request's body, so that a different body can be told
    and its field named.
    """

    scope: str
    key: str
    fingerprint: Mapping[str, str]
    status: int
    headers: Mapping[str, str]
    body: bytes
    expires_at: datetime


MakeRecord = Callable[[Sequence[Process]], IdempotencyRecord]
"""Makes the receipt of a request from what it is about to commit."""


class IdempotencyRecords(Protocol):
    @abstractmethod
    async def find(self, *, scope: str, key: str, at: datetime) -> IdempotencyRecord | None:
        """The receipt, unless it has expired. Raises ``StoreUnavailable``: then nothing may be done."""

    @abstractmethod
    async def sweep(self, *, expired_before: datetime, limit: int) -> int:
        """Forget expired receipts; how many were forgotten."""
