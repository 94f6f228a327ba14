"""
Matching the lines of a provider's book with those of our ledger, and classing what is left.

Lines about one process belong together. A provider's line that names no process (money from a bank, USDC
from outside) is matched with the process that lacks exactly its amount. What nothing explains is the
difference between the balances.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum

import attrs

from domain.ids import ProcessId
from domain.money import Asset, Money
from domain.reconciliation.difference import BALANCE, BreakClass, Difference, Line, LineKind

EVIDENCE_MAX = 10


class Standing(Enum):
    """
    What may be expected of a process.

    ``MOVING``: it moved too recently to be judged. ``OPEN``: it waits, which explains what differs, unless
    something happened twice. ``LATE``: it has waited for too long. ``ENDED``: all must agree.
    """

    MOVING = "moving"
    OPEN = "open"
    LATE = "late"
    ENDED = "ended"


@attrs.frozen(kw_only=True)
class Books:
    """
    Both books of one asset at one place: all lines of the processes in ``standing``, and loose ones.

    ``off`` is the provider's balance less ours, or ``None`` where the provider shows no balance.
    """

    asset: Asset
    ours: Sequence[Line]
    theirs: Sequence[Line]
    standing: Mapping[ProcessId, Standing]
    off: Money | None = None


@attrs.frozen(kw_only=True)
class Matched:
    """``is_steady`` is False when the balances cannot be judged for what is in flight."""

    differences: Sequence[Difference]
    is_steady: bool = True


@attrs.define
class _Group:
    about: ProcessId
    ours: list[Line] = attrs.field(factory=list)
    theirs: list[Line] = attrs.field(factory=list)

    @property
    def off(self) -> int:
        """The provider's sum less ours, without what rounding explains."""
        off = _sum(self.theirs) - _sum(self.ours)
        rounded = sum(line.approximate for line in self.theirs)
        return 0 if abs(off) <= rounded else off


def match(books: Books) -> Matched:
    """The differences of one asset at one place."""
    groups, loose = _grouped(books)
    loose = _attached(loose, groups)
    apart = [group for group in groups if group.off]
    in_flight = [group for group in apart if _is_explained(group, books.standing[group.about])]
    found = [_of_group(group, books) for group in apart if group not in in_flight]
    seen = {(line.mark, line.amount) for group in groups for line in group.theirs if line.mark}
    found += [_of_line(line, is_repeated=(line.mark, line.amount) in seen) for line in loose]
    if books.off is None:
        return Matched(differences=found, is_steady=not in_flight)
    off = books.off - Money(sum(group.off for group in in_flight), books.asset)
    found = _without_edge(found, off)
    found = _rounded(found, off, {f"item:{line.id}" for line in loose if line.approximate})
    rest = off - _total(found, books.asset)
    if rest and in_flight:
        return Matched(differences=found, is_steady=False)
    unexplained = Difference(key=BALANCE, cls=BreakClass.AMOUNT, amount=rest)
    return Matched(differences=[*found, unexplained] if rest else found)


def _is_explained(group: _Group, standing: Standing) -> bool:
    is_waiting = standing is Standing.OPEN and not _is_repeated(group)
    return standing is Standing.MOVING or is_waiting


def _grouped(books: Books) -> tuple[list[_Group], list[Line]]:
    groups: dict[ProcessId, _Group] = {}
    loose = []
    for line in books.ours:
        if line.about and line.about in books.standing:
            groups.setdefault(line.about, _Group(line.about)).ours.append(line)
    for line in books.theirs:
        if line.about and line.about in books.standing:
            groups.setdefault(line.about, _Group(line.about)).theirs.append(line)
        else:
            loose.append(line)
    return list(groups.values()), sorted(loose, key=lambda line: line.at)


def _attached(loose: Iterable[Line], groups: Sequence[_Group]) -> list[Line]:
    """Give each line to a group in which one of ours waits for it; the others are returned."""
    waiting: dict[int, list[_Group]] = {}
    for group in reversed(groups):
        for line in _unpaired(group)[1] if group.off else ():
            waiting.setdefault(line.amount.minor, []).append(group)
    left = []
    for line in loose:
        if lacking := waiting.get(line.amount.minor):
            lacking.pop().theirs.append(line)
        else:
            left.append(line)
    return left


def _without_edge(found: list[Difference], off: Money) -> list[Difference]:
    """
    Leave out a line that may belong to a process from before the window, when the balances say so.

    That is, when the differences add up to that of the balances without it, and not with it.
    """
    rest = off - _total(found, off.asset)
    for each in found:
        if rest and each.key.startswith("item:") and each.amount == -rest:
            return [other for other in found if other is not each]
    return found


def _rounded(found: list[Difference], off: Money, approximate: set[str]) -> list[Difference]:
    """Let the balances say what a foreign fill cost: its line is rounded by us, not by the broker."""
    rest = off - _total(found, off.asset)
    rounded = [each for each in found if each.key in approximate]
    if not rest or abs(rest.minor) > len(rounded):
        return found
    exact = attrs.evolve(rounded[0], amount=rounded[0].amount + rest)
    return [exact if each is rounded[0] else each for each in found]


def _of_group(group: _Group, books: Books) -> Difference:
    amount = Money(group.off, books.asset)
    return Difference(
        key=f"process:{group.about}",
        cls=_class_of(group, books.standing[group.about]),
        amount=amount,
        about=group.about,
        evidence=tuple(line.id for line in (*group.theirs, *group.ours))[-EVIDENCE_MAX:],
        what=group.theirs[-1].kind.value if group.theirs else None,
    )


def _class_of(group: _Group, standing: Standing) -> BreakClass:
    if _is_repeated(group):
        return BreakClass.DUPLICATE
    if _kept(group.theirs) - _kept(group.ours) in {group.off, -group.off}:
        return BreakClass.FEE
    if standing is Standing.LATE:
        return BreakClass.TIMING
    if not group.ours:
        return BreakClass.MISSING
    if not group.theirs:
        return BreakClass.ORPHAN
    return _class_of_part(group)


def _class_of_part(group: _Group) -> BreakClass:
    """Some lines of a process match: the rest is wholly theirs, wholly ours, or of another amount."""
    left_theirs, left_ours = _unpaired(group)
    if left_theirs and not left_ours:
        return BreakClass.MISSING
    if left_ours and not left_theirs:
        return BreakClass.ORPHAN
    return BreakClass.AMOUNT


def _is_repeated(group: _Group) -> bool:
    left, _ = _unpaired(group)
    amounts = {line.amount.minor for line in left}
    repeated = any(
        line.amount.minor in amounts and line not in left for line in (*group.theirs, *group.ours)
    )
    return bool(left) and sum(line.amount.minor for line in left) == group.off and repeated


def _unpaired(group: _Group) -> tuple[list[Line], list[Line]]:
    """The lines of each book without one of the same amount in the other."""
    ours, theirs = list(group.ours), []
    for line in group.theirs:
        pair = next((each for each in ours if each.amount == line.amount), None)
        if pair is None:
            theirs.append(line)
        else:
            ours.remove(pair)
    return theirs, ours


def _of_line(line: Line, *, is_repeated: bool) -> Difference:
    return Difference(
        key=f"item:{line.id}",
        cls=BreakClass.DUPLICATE if is_repeated else _class_of_line(line),
        amount=line.amount,
        about=line.about,
        evidence=tuple(text for text in (line.id, line.mark) if text),
        what=line.kind.value,
    )


def _class_of_line(line: Line) -> BreakClass:
    if line.kind is LineKind.FEE:
        return BreakClass.FEE
    comes_from_outside = line.kind in {LineKind.BANK_TRANSFER, LineKind.PAYMENT}
    if (comes_from_outside and line.amount.is_positive) or line.kind is LineKind.CONVERSION:
        return BreakClass.MISSING
    return BreakClass.OWN_ACT


def _sum(lines: Iterable[Line]) -> int:
    return sum(line.amount.minor for line in lines)


def _kept(lines: Iterable[Line]) -> int:
    return sum(line.fee.minor for line in lines if line.fee)


def _total(found: Iterable[Difference], asset: Asset) -> Money:
    return Money(sum(each.amount.minor for each in found), asset)
