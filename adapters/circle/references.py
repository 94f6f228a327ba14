"""Our references at Circle: idempotency keys in requests, ``refId`` in transactions."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from domain.ids import Reference, born_at, process_of

SKEW = timedelta(hours=1)
"""The greatest difference tolerated between our clock and Circle's."""


def idempotency_key(name: str) -> str:
    """A UUID, version 4 in form, derived from ``name``; the same name gives the same (circle.md §3)."""
    return str(UUID(bytes=hashlib.sha256(name.encode()).digest()[:16], version=4))


def single_use_key() -> str:
    """A key for a request without an effect, whose answer must not be an earlier one."""
    return idempotency_key(secrets.token_hex())


def not_before(reference: Reference) -> datetime | None:
    """The earliest time of an effect under the reference; None if the process id has no time."""
    start = born_at(process_of(reference))
    return None if start is None else start - SKEW
