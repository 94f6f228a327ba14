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
    ]
    assert list(rows(reports)) == [
        "| an answer is lost | one wire | as it must be | passed |",
        "| two \\| one | one | two | failed |",
    ]
