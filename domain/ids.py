"""
The identities of the system.

A **reference** identifies one external effect: ``{process id}:{step}:{attempt}``. It is committed before
the effect, given to the provider as idempotency key, client id or memo, and read from the provider's
reports, so that a fact finds its process without a look-up.
A **lookup key** is another unique name of a process, such as the id that a provider gave.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import NewType

import attrs

ProcessId = NewType("ProcessId", str)
InvestorId = NewType("InvestorId", str)
JobId = NewType("JobId", str)
Reference = NewType("Reference", str)

FIRM = InvestorId("firm")
"""The owner of what belongs to the firm: treasury wallets, the broker's firm account, fees."""


_UUID7 = r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
"""Version 7 of RFC 9562: the first 48 bits count milliseconds since 1970."""

_PROCESS_ID = re.compile(_UUID7)
_REFERENCE = re.compile(rf"{_UUID7}:[a-z]+(?:-[a-z0-9]+)*:[1-9][0-9]{{0,8}}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def reference(process_id: ProcessId, step: str, attempt: int = 1) -> Reference:
    return Reference(f"{process_id}:{step}:{attempt}")


def process_of(ref: Reference) -> ProcessId:
    return ProcessId(ref.partition(":")[0])


def parse_reference(text: object) -> Reference | None:
    """The value as a reference, if it has the form of one; providers repeat our references."""
    is_ours = isinstance(text, str) and _REFERENCE.fullmatch(text)
    return Reference(str(text)) if is_ours else None


def born_at(process_id: ProcessId) -> datetime | None:
    """When the id was made, to the millisecond; ``None`` if it is not one of our ids."""
    if not _PROCESS_ID.fullmatch(process_id):
        return None
    milliseconds = int(process_id[:8] + process_id[9:13], 16)
    try:
        return _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:  # after the year 9999
        return None


def first_id_at(at: datetime) -> ProcessId:
    """The smallest id that can be made at ``at``: ids compare as their times do."""
    milliseconds = max(int((at - _EPOCH) / timedelta(milliseconds=1)), 0)
    digits = f"{milliseconds:012x}"
    return ProcessId(f"{digits[:8]}-{digits[8:]}-7000-8000-000000000000")


def step_of(ref: Reference) -> str:
    return ref.split(":")[1] if ":" in ref else ""


@attrs.frozen
class LookupKey:
    """A unique name of a process: ``LookupKey("circle.transaction", "f1c1…")``."""

    namespace: str
    value: str


def namespace_on_chain(tx_hash: str) -> str:
    """The namespace of lookup keys in one transaction, which may hold several transfers of USDC."""
    return f"chain.transaction.{tx_hash}"
