"""When a process of ours began, which its identity tells."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from domain.ids import Reference, process_of

UUID_VERSION_WITH_TIME = 7


def begun(reference: Reference) -> datetime | None:
    """None when the identity is not of the kind that carries its time."""
    try:
        identity = uuid.UUID(process_of(reference))
    except ValueError:
        return None
    if identity.version != UUID_VERSION_WITH_TIME:
        return None
    return datetime.fromtimestamp((identity.int >> 80) / 1000, tz=UTC)
