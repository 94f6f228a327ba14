"""The lines of our ledger about one holding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import attrs

from domain.ids import InvestorId, ProcessId
from domain.ledger.account import Account, Role
from domain.money import Money
from domain.reconciliation.break_record import Break
from domain.reconciliation.difference import Line
from ports.ledger import Movement

HOLDINGS = frozenset({Role.CUSTODY, Role.OFFRAMP, Role.BROKER})


def own_lines(movements: Sequence[Movement], *, role: Role, owner: InvestorId) -> Sequence[Line]:
    """
    A line for each posting on the owner's account of ``role``.

    At the off-ramp only what came from and went to another place, as its own book shows a conversion.
    """
    kept = _kept(movements)
    lines = []
    for each in movements:
        posting = each.posting
        is_in = _is_of(posting.debit, role, owner)
        if not is_in and not _is_of(posting.credit, role, owner):
            continue
        other = posting.credit if is_in else posting.debit
        if role is Role.OFFRAMP and each.template == "converted" and other.role not in HOLDINGS:
            continue
        amount = posting.amount if is_in else -posting.amount
        fee = kept.get((each.key, amount.asset)) if role is Role.OFFRAMP and not is_in else None
        lines.append(Line(id=each.key, amount=amount, at=each.at, about=each.process_id, fee=fee))
    return lines


def with_healings(
    ours: Sequence[Line], theirs: Sequence[Line], breaks: Mapping[ProcessId, Break]
) -> tuple[Sequence[Line], Sequence[Line]]:
    """
    Put the postings that healed breaks where the break was: with its process, or with its line.

    What healed a difference of balances is in the balances.
    """
    left, healed = [], set()
    for line in ours:
        found = breaks.get(line.about) if line.about else None
        if found is None or found.is_declared:
            left.append(line)
        elif found.key.startswith("item:"):
            healed.add((found.key.removeprefix("item:"), line.amount))
        elif found.about and found.key.startswith("process:"):
            left.append(attrs.evolve(line, about=found.about))
    return left, [line for line in theirs if (line.id, line.amount) not in healed]


def _kept(movements: Iterable[Movement]) -> Mapping[tuple[str, object], Money]:
    """The fee that each entry charged, by asset."""
    kept: dict[tuple[str, object], Money] = {}
    for each in movements:
        amount = each.posting.amount
        if each.posting.debit.role is Role.FEE_PAID:
            key = (each.key, amount.asset)
            kept[key] = kept[key] + amount if key in kept else amount
    return kept


def _is_of(account: Account, role: Role, owner: InvestorId) -> bool:
    return account.role is role and account.owner == owner
