"""
Which certain news a process may hear without doing anything, told from what it has heard before.

It is an oracle of its own: it knows the facts that were heard, and nothing of records or decisions. Use it
for a kind of process by listing its stories and all certain facts about its effects.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from domain.ids import Reference, step_of
from domain.processes.facts.fact import Fact
from domain.processes.facts.funding import (
    ConversionFailed,
    ConversionHeld,
    ConversionSettled,
    JournalExecuted,
    JournalRejected,
    PaymentCompleted,
    PaymentFailed,
    WireCompleted,
    WireFailed,
)

HAPPENED = (JournalExecuted, WireCompleted, PaymentCompleted, ConversionSettled)
DID_NOT = (JournalRejected, WireFailed, PaymentFailed, ConversionFailed, ConversionHeld)
PAID_BY: Mapping[str, str] = {"onramp": "wire", "offramp": "payment"}
"""What a settled conversion says has happened, too, whatever its id."""


def is_known(fact: Fact, heard: Sequence[Fact]) -> bool:
    """Whether the fact repeats what was heard, or denies what was never heard to have happened."""
    ref: Reference = getattr(fact, "reference")  # noqa: B009 - facts about effects only
    if fact in heard:
        return True
    if isinstance(fact, DID_NOT):
        return not _happened(ref, heard)
    if not isinstance(fact, HAPPENED):
        return True
    if isinstance(fact, JournalExecuted):
        return any(isinstance(each, JournalExecuted) and each.reference == ref for each in heard)
    is_first = not any(isinstance(each, type(fact)) and _ref(each) == ref for each in heard)
    return is_first and _is_implied(ref, heard)


def _happened(ref: Reference, heard: Sequence[Fact]) -> bool:
    """The last word counts: a wire that came back after it had arrived is not there any more."""
    said = [each for each in heard if _ref(each) == ref]
    words = [isinstance(each, HAPPENED) for each in said if isinstance(each, HAPPENED + DID_NOT)]
    return words[-1] if words else _is_implied(ref, heard)


def _is_implied(ref: Reference, heard: Sequence[Fact]) -> bool:
    return any(
        isinstance(each, ConversionSettled)
        and PAID_BY[step_of(each.reference)] == step_of(ref)
        and each.reference.rpartition(":")[2] == ref.rpartition(":")[2]
        for each in heard
    )


def _ref(fact: Any) -> Reference | None:
    return getattr(fact, "reference", None)
