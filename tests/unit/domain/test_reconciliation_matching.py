"""Matching two books: what agrees, what is in flight, and the class of everything else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest

from domain.ids import ProcessId
from domain.money import USD, Money
from domain.reconciliation.difference import BreakClass, Line, LineKind
from domain.reconciliation.matching import Books, Matched, Standing, match
from tests.support.builders import AT

ONE, TWO = ProcessId("one"), ProcessId("two")
ENDED: Mapping[ProcessId, Standing] = {ONE: Standing.ENDED, TWO: Standing.ENDED}
Found = Sequence[tuple[str, BreakClass, int]]


def line(
    id_: str,
    cents: int,
    about: ProcessId | None = None,
    *,
    kind: LineKind = LineKind.ENTRY,
    after_s: int = 0,
    **rest: object,
) -> Line:
    return Line(
        id=id_,
        amount=Money(cents, USD),
        at=AT + timedelta(seconds=after_s),
        kind=kind,
        about=about,
        **rest,  # type: ignore[arg-type]
    )


def matched(
    ours: Sequence[Line],
    theirs: Sequence[Line],
    *,
    off: int | None = None,
    standing: Mapping[ProcessId, Standing] = ENDED,
) -> Matched:
    """``off`` is what the lines add up to unless given."""
    told = sum(x.amount.minor for x in theirs) - sum(x.amount.minor for x in ours)
    money = Money(told if off is None else off, USD)
    return match(Books(asset=USD, ours=ours, theirs=theirs, standing=standing, off=money))


def found(result: Matched) -> Found:
    return [(each.key, each.cls, each.amount.minor) for each in result.differences]


def test_lines_about_one_process_are_added_up() -> None:
    ours = [line("in", 100, ONE), line("out", -100, ONE), line("other", 5, TWO)]
    theirs = [line("a", 5, TWO)]
    assert found(matched(ours, theirs)) == []


@pytest.mark.parametrize(
    ("ours", "theirs", "cls", "amount"),
    [
        ([], [line("a", 7, ONE)], BreakClass.MISSING, 7),
        ([line("e", 7, ONE)], [], BreakClass.ORPHAN, -7),
        ([line("e", 7, ONE)], [line("a", 7, ONE), line("b", 7, ONE)], BreakClass.DUPLICATE, 7),
        ([line("e", 7, ONE)], [line("a", 9, ONE)], BreakClass.AMOUNT, 2),
        (
            [line("e", 7, ONE), line("f", 3, ONE)],
            [line("a", 7, ONE)],
            BreakClass.ORPHAN,
            -3,
        ),
        (
            [line("e", 7, ONE)],
            [line("a", 7, ONE), line("b", 3, ONE)],
            BreakClass.MISSING,
            3,
        ),
        (
            [line("e", -98, ONE, fee=Money(2, USD))],
            [line("a", -97, ONE, fee=Money(3, USD))],
            BreakClass.FEE,
            1,
        ),
    ],
)
def test_a_process_whose_lines_differ_is_classed(
    ours: list[Line], theirs: list[Line], cls: BreakClass, amount: int
) -> None:
    assert found(matched(ours, theirs)) == [("process:one", cls, amount)]


@pytest.mark.parametrize(
    ("kind", "cents", "cls"),
    [
        (LineKind.JOURNAL, 20, BreakClass.OWN_ACT),
        (LineKind.FILL, -20, BreakClass.OWN_ACT),
        (LineKind.DIVIDEND, 20, BreakClass.OWN_ACT),
        (LineKind.INTEREST, 20, BreakClass.OWN_ACT),
        (LineKind.CORPORATE_ACTION, 20, BreakClass.OWN_ACT),
        (LineKind.FEE, -20, BreakClass.FEE),
        (LineKind.PAYMENT, 20, BreakClass.MISSING),
        (LineKind.PAYMENT, -20, BreakClass.OWN_ACT),
        (LineKind.BANK_TRANSFER, 20, BreakClass.MISSING),
        (LineKind.CONVERSION, 20, BreakClass.MISSING),
    ],
)
def test_a_line_about_no_process_of_ours_is_classed_by_its_kind(
    kind: LineKind, cents: int, cls: BreakClass
) -> None:
    foreign = line("x", cents, ProcessId("not ours"), kind=kind)
    assert found(matched([], [foreign])) == [("item:x", cls, cents)]


def test_money_without_a_name_is_given_to_the_process_that_lacks_it() -> None:
    ours = [line("e", 50, ONE), line("f", 60, TWO)]
    theirs = [line("a", 60, kind=LineKind.PAYMENT), line("b", 50, kind=LineKind.PAYMENT)]
    assert found(matched(ours, theirs)) == []


def test_a_foreign_line_is_not_taken_for_the_undoing_of_a_duplicate() -> None:
    ours = [line("in", 50, ONE), line("out", -50, ONE)]
    theirs = [*(line(x, -50, ONE) for x in "ab"), line("c", 50, ONE)]
    theirs.append(line("desk", 50, kind=LineKind.JOURNAL))
    assert found(matched(ours, theirs)) == [
        ("process:one", BreakClass.DUPLICATE, -50),
        ("item:desk", BreakClass.OWN_ACT, 50),
    ]


def test_a_second_wire_with_the_memo_of_the_first_is_a_duplicate() -> None:
    wires = [
        line(id_, -50, kind=LineKind.BANK_TRANSFER, mark="DUE-1", after_s=after_s)
        for after_s, id_ in enumerate("ab")
    ]
    assert found(matched([line("e", -50, ONE)], wires)) == [
        ("item:b", BreakClass.DUPLICATE, -50),
    ]


@pytest.mark.parametrize("standing", [Standing.MOVING, Standing.OPEN])
def test_what_is_in_flight_is_no_difference_whether_the_balance_shows_it_or_not(
    standing: Standing,
) -> None:
    theirs, standings = [line("a", 7, ONE)], {ONE: standing}
    assert matched([], theirs, standing=standings) == Matched(differences=[])
    unseen = matched([], theirs, off=0, standing=standings)
    assert unseen == Matched(differences=[], is_steady=False)


def test_an_open_process_does_not_explain_that_something_happened_twice() -> None:
    ours, theirs = [line("e", 7, ONE)], [line("a", 7, ONE), line("b", 7, ONE)]
    result = matched(ours, theirs, standing={ONE: Standing.OPEN})
    assert found(result) == [("process:one", BreakClass.DUPLICATE, 7)]


def test_a_process_that_waits_for_too_long_is_a_break_of_timing() -> None:
    result = matched([], [line("a", 7, ONE)], standing={ONE: Standing.LATE})
    assert found(result) == [("process:one", BreakClass.TIMING, 7)]


def test_what_no_line_explains_is_the_rest_of_the_balance() -> None:
    result = matched([line("e", 7, ONE)], [line("a", 7, ONE)], off=-3)
    assert found(result) == [("balance", BreakClass.AMOUNT, -3)]


def test_two_breaks_that_cancel_out_are_both_found() -> None:
    theirs = [line("x", 20, kind=LineKind.JOURNAL), line("y", -20, kind=LineKind.FILL)]
    assert len(found(matched([], theirs))) == 2


def test_a_line_from_the_edge_of_the_window_is_left_out_when_the_balances_agree() -> None:
    old = line("x", 20, kind=LineKind.BANK_TRANSFER)
    assert found(matched([], [old], off=0)) == []


def test_a_foreign_fill_costs_what_the_balance_says() -> None:
    foreign = line("x", 6000, kind=LineKind.FILL, approximate=True)
    assert found(matched([], [foreign], off=5999)) == [("item:x", BreakClass.OWN_ACT, 5999)]


def test_a_cent_of_the_brokers_rounding_is_no_difference() -> None:
    ours = [line("e", -1001, ONE)]
    theirs = [line("a", -500, ONE, approximate=True), line("b", -500, ONE, approximate=True)]
    assert found(matched(ours, theirs, off=0)) == []
    assert found(matched(ours, theirs, off=1)) == [("balance", BreakClass.AMOUNT, 1)]
