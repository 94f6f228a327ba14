"""
The situations of ``make reality``: what happens, what must be, and what was.

A test is a situation when it is marked ``@pytest.mark.situation("what happens", must="what must be")``. Its
fixture ``was`` takes what was seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

import pytest

MARK = "situation"
AS_MUST_BE = "as it must be"
SEEN_MAX = 4
"""Of how many cases of one situation the table says what was seen."""

RESULTS = "REALITY_RESULTS"
"""The environment variable that names the file of the table."""

HEAD = """\
# What happens when the world misbehaves: results

`make reality` writes this table. Each situation is played by one or more tests that fail without the code
that handles it. The last column says how many of its cases passed.

| Situation | What must be | What was | Passed |
|---|---|---|---|
"""


class Report(Protocol):
    """What is read of a ``pytest.TestReport``."""

    nodeid: str
    outcome: str
    user_properties: list[tuple[str, object]]


@pytest.fixture
def was(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Tells what was seen, for the table."""
    return lambda seen: record_property("was", seen)


@pytest.fixture(autouse=True)
def tell_situation(
    request: pytest.FixtureRequest, record_property: Callable[[str, object], None]
) -> None:
    mark = request.node.get_closest_marker(MARK)
    if mark is not None:
        record_property(MARK, mark.args[0])
        record_property("must", mark.kwargs["must"])


def rows(reports: Sequence[Report]) -> Iterator[str]:
    """A row for each situation, by the place of its tests; several cases of one share it."""
    cases: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for report in sorted(reports, key=lambda each: each.nodeid):
        told = {name: str(value) for name, value in report.user_properties}
        if MARK in told:
            case = (told.get("was", AS_MUST_BE), report.outcome)
            cases.setdefault((told[MARK], told["must"]), []).append(case)
    for (what, must), found in cases.items():
        seen = "; ".join(dict.fromkeys(was for was, _ in found[:SEEN_MAX]))
        passed = sum(outcome == "passed" for _, outcome in found)
        cells = (what, must, seen, f"{passed} of {len(found)}")
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def write(path: Path, reports: Sequence[Report]) -> None:
    path.write_text(HEAD + "\n".join(rows(reports)) + "\n", encoding="utf-8")
