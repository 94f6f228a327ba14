"""Reserving money or shares for a process, and releasing them."""

from __future__ import annotations

from domain.ids import InvestorId, ProcessId
from domain.ledger.entry import Entry
from domain.ledger.templates.lines import entry_of, free_of, hold_of
from domain.money import Money


def reserved(key: str, *, owner: InvestorId, process_id: ProcessId, amount: Money) -> Entry:
    """Free money or shares become a hold for one order or withdrawal."""
    free, held = free_of(owner, amount.asset), hold_of(owner, amount.asset, process_id)
    return entry_of(key, "reserved", [(free, held, amount)])


def released(key: str, *, owner: InvestorId, process_id: ProcessId, amount: Money) -> Entry:
    """What is left of a hold becomes free again."""
    free, held = free_of(owner, amount.asset), hold_of(owner, amount.asset, process_id)
    return entry_of(key, "released", [(held, free, amount)])
