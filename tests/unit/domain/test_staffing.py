"""Who counts as a second person: nobody who is an administrator by the first."""

from __future__ import annotations

import pytest

from domain.accounts.roles import Role
from domain.accounts.staff import Staff
from domain.ids import InvestorId, LookupKey
from domain.processes.accounts import staffing
from domain.processes.facts.accounts import StaffChanged
from tests.support import builders as a

ANN, BOB, CAT, DAN = (InvestorId(a.process_id(number)) for number in range(1, 5))
TERMINAL = None

Change = tuple[InvestorId | None, InvestorId, Role]


def hired(by: InvestorId | None, who: InvestorId) -> Change:
    return by, who, Role.ADMIN


def let_go(by: InvestorId | None, who: InvestorId) -> Change:
    return by, who, Role.USER


def after(*changes: Change) -> Staff:
    """Ann and Bob are from the terminal; the rest as it came."""
    staff = Staff(id=a.process_id(9))
    for by, who, role in (hired(TERMINAL, ANN), hired(TERMINAL, BOB), *changes):
        staff = staffing.decide(staff, StaffChanged(investor_id=who, role=role, by=by)).record
    return staff


def test_those_from_the_terminal_are_two() -> None:
    assert not after().are_one(ANN, BOB)
    assert after().are_one(ANN, ANN)


@pytest.mark.parametrize(
    ("changes", "pair"),
    [
        ([hired(ANN, CAT)], (ANN, CAT)),
        ([hired(ANN, CAT), hired(CAT, DAN)], (ANN, DAN)),
        ([hired(ANN, CAT), hired(ANN, DAN)], (CAT, DAN)),
        ([hired(ANN, CAT), hired(CAT, DAN), let_go(ANN, CAT)], (ANN, DAN)),
        ([hired(ANN, CAT), let_go(CAT, ANN), hired(CAT, ANN)], (ANN, CAT)),
        ([hired(ANN, CAT), let_go(BOB, ANN), hired(BOB, ANN)], (BOB, CAT)),
        ([hired(ANN, CAT), hired(BOB, CAT)], (ANN, CAT)),
        ([hired(ANN, CAT), (ANN, CAT, Role.SUPPORT), hired(ANN, CAT)], (ANN, CAT)),
    ],
)
def test_who_is_an_administrator_by_another_is_no_second_person(
    changes: list[Change], pair: tuple[InvestorId, InvestorId]
) -> None:
    staff = after(*changes)
    assert staff.are_one(*pair)
    assert staff.are_one(*pair[::-1])


@pytest.mark.parametrize(
    ("changes", "pair"),
    [
        ([hired(ANN, CAT)], (BOB, CAT)),
        ([hired(ANN, BOB)], (ANN, BOB)),
        ([hired(ANN, CAT), hired(TERMINAL, CAT)], (ANN, CAT)),
        ([hired(ANN, CAT), let_go(BOB, CAT), hired(BOB, CAT)], (ANN, CAT)),
        ([(ANN, CAT, Role.SUPPORT), hired(BOB, CAT)], (ANN, CAT)),
    ],
)
def test_others_are(changes: list[Change], pair: tuple[InvestorId, InvestorId]) -> None:
    assert not after(*changes).are_one(*pair)


def test_the_one_record_of_the_staff_has_a_name() -> None:
    staff = after()
    assert staffing.found(staff).names == (LookupKey("stack.staff", "house"),)
