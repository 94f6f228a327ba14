"""Our references as Circle sees them: idempotency keys on the way in, ``refId`` on the way back."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

from domain.ids import Reference, process_of

_SHAPE = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}:\w+:\d+")
_TIME_ORDERED = 7


def idempotency_key(name: str) -> str:
    """The UUID version 4 that stands for ``name``: always the same one (circle.md §3)."""
    return str(UUID(bytes=hashlib.sha256(name.encode()).digest()[:16], version=4))


def as_reference(text: str) -> Reference | None:
    """The reference that ``text`` is, or ``None`` for a transaction that is not of our making."""
    return Reference(text) if _SHAPE.fullmatch(text) else None


def not_before(reference: Reference) -> datetime | None:
    """A moment before which nothing can have happened under the reference, if its process tells."""
    try:
        process = UUID(process_of(reference))
    except ValueError:
        return None
    if process.version != _TIME_ORDERED:
        return None
    skew = timedelta(hours=1)
    return datetime.fromtimestamp((process.int >> 80) / 1000, UTC) - skew
