"""The table of ``make reality``."""

from __future__ import annotations

from tests.support.situations import rows


class Told:
    def __init__(self, nodeid: str, outcome: str, **told: object) -> None:
        self.nodeid, self.outcome, self.user_properties = nodeid, outcome, list(told.items())


def test_a_situation_is_a_row_and_other_tests_are_not() -> None:
    reports = [
        Told("b", "failed", situation="two | one", must="one", was="two"),
        Told("a", "passed", situation="an answer is lost", must="one wire"),
        Told("c", "passed"),
        Told("d", "passed", situation="an answer is lost", must="one wire"),
    ]
    assert list(rows(reports)) == [
        "| an answer is lost | one wire | as it must be | 2 of 2 |",
        "| two \\| one | one | two | 0 of 1 |",
    ]
