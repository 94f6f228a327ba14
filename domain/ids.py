"""
The identities of the system.

A **reference** is the name of one external effect: ``{process id}:{step}:{attempt}``. It is committed
before the effect, given to the provider as its idempotency key, client id or memo, and read back from
what the provider reports, so a fact finds its process without a look-up.
A **provider reference** is the name that the provider gave.
"""

from __future__ import annotations

from typing import NewType

import attrs

ProcessId = NewType("ProcessId", str)
InvestorId = NewType("InvestorId", str)
JobId = NewType("JobId", str)
Reference = NewType("Reference", str)

FIRM = InvestorId("firm")
"""The owner of what belongs to the house: treasury wallets, the broker's firm account, fees."""


def reference(process_id: ProcessId, step: str, attempt: int = 1) -> Reference:
    return Reference(f"{process_id}:{step}:{attempt}")


def process_of(ref: Reference) -> ProcessId:
    return ProcessId(ref.partition(":")[0])


def step_of(ref: Reference) -> str:
    return ref.split(":")[1] if ":" in ref else ""


@attrs.frozen
class ProviderRef:
    """A name that a provider gave: ``ProviderRef("circle.transaction", "f1c1…")``."""

    namespace: str
    value: str


def namespace_on_chain(tx_hash: str) -> str:
    """Where the processes have names whose USDC is in a transaction; one may hold several transfers."""
    return f"chain.transaction.{tx_hash}"
