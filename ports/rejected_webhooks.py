"""
Rejected webhooks, stored as evidence of an attack or a misconfiguration.

Nothing is decided on them, and no other part of the product reads them. An accepted webhook is stored as
a message instead.
"""

from __future__ import annotations

import hashlib
from abc import abstractmethod
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol, Self

import attrs

BODY_MAX = 16 * 1024
PER_MINUTE = 60
"""The most that are stored per source and minute: anyone can send them, and they must not fill the disk."""

KEPT_FOR = timedelta(days=30)


class RejectionReason(Enum):
    """Why a webhook was rejected."""

    FORGED = "forged"
    MALFORMED = "malformed"
    UNKNOWN_KEY = "unknown_key"
    STALE = "stale"
    REPLAYED = "replayed"
    CLOSED = "closed"


@attrs.frozen(kw_only=True)
class RejectedWebhook:
    """
    One rejected request: its body cut to ``BODY_MAX`` bytes, with the length and hash of the whole.

    ``headers`` are only those that should have authenticated the sender.
    """

    source: str
    received_at: datetime
    verdict: RejectionReason
    body: bytes = attrs.field(repr=False)
    size: int
    sha256: str
    headers: Mapping[str, str]
    ip: str | None

    @classmethod
    def of(
        cls,
        body: bytes,
        *,
        source: str,
        received_at: datetime,
        verdict: RejectionReason,
        headers: Mapping[str, str],
        ip: str | None,
    ) -> Self:
        return cls(
            source=source,
            received_at=received_at,
            verdict=verdict,
            body=body[:BODY_MAX],
            size=len(body),
            sha256=hashlib.sha256(body).hexdigest(),
            headers=headers,
            ip=ip,
        )


class RejectedWebhooks(Protocol):
    @abstractmethod
    async def refuse(self, delivery: RejectedWebhook) -> bool:
        """
        Store a rejected webhook; returns whether it was stored.

        It is not stored when its source already has ``PER_MINUTE`` in the same minute, or when the store is
        not available. The sender gets the same error in any case.
        """

    @abstractmethod
    async def sweep(self, *, received_before: datetime, limit: int) -> int:
        """Delete up to ``limit`` of those received before then (see ``KEPT_FOR``); returns how many."""
