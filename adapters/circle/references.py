"""Our references as Circle sees them: idempotency keys on the way in, ``refId`` on the way back."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

from domain.ids import Reference, born_at, process_of

SKEW = timedelta(hours=1)
"""How far our clock and Circle's may be apart."""


def idempotency_key(name: str) -> str:
    """The UUID version 4 that stands for ``name``: always the same one (circle.md §3)."""
    return str(UUID(bytes=hashlib.sha256(name.encode()).digest()[:16], version=4))


def not_before(reference: Reference) -> datetime | None:
    """A moment before which nothing can have happened under the reference, if its process tells."""
    start = born_at(process_of(reference))
    return None if start is None else start - SKEW
