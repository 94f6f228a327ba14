"""
Webhooks that were rejected, kept as evidence of an attack or a misconfiguration.

They are never recorded as truth: nothing is decided on them and no other part of the product reads them.
A delivery that was accepted is a message; being one is its verdict.
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
"""So many a source a minute are kept: anybody can send, and nobody may fill the disk."""

KEPT_FOR = timedelta(days=30)


class RejectionReason(Enum):
    """Why a delivery was refused."""

    FORGED = "forged"
    MALFORMED = "malformed"
    UNKNOWN_KEY = "unknown_key"
    STALE = "stale"
    REPLAYED = "replayed"
    CLOSED = "closed"


@attrs.frozen(kw_only=True)
class RejectedWebhook:
    """
    One refused request: its body cut to ``BODY_MAX``, with the length and hash of the whole.

    ``headers`` are those that should have proved the sender, and no others.
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
        Keep a refused delivery; whether it was kept.

        It is not once its source has ``PER_MINUTE`` in the same minute, nor while the store is away:
        the sender is refused all the same.
        """

    @abstractmethod
    async def sweep(self, *, received_before: datetime, limit: int) -> int:
        """Forget up to ``limit`` old ones, which are older than ``KEPT_FOR``; how many were forgotten."""
