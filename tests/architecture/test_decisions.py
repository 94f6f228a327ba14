"""ADR 0001: every decision has headings, status and date, is in the index, and is confirmed by tests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RECORDS = sorted((ROOT / "adr").glob("[0-9][0-9][0-9][0-9]-*.md"))
HEADINGS = ("Context and problem", "Decision", "Confirmation")

INVERSE = {"Amends": "Amended", "Supersedes": "Superseded"}

_STATUS = re.compile(r"Accepted|(?:Amended|Superseded) by \[(\d{4})\]\(\1-[\w-]+\.md\)")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_NUMBER = re.compile(r"\[(\d{4})\]")
_FIELD = re.compile(r"^- (\w+): (.+)$", re.MULTILINE)
_TEST_PATH = re.compile(r"`(tests(?:/[^`\s]*)?)`")
_CHOICE = re.compile(r"\{([^{}]*)\}")


def _sections(record: Path) -> dict[str, str]:
    """The text below each heading of the second level."""
    _, *sections = re.split(r"^## ", record.read_text(), flags=re.MULTILINE)
    return dict(section.split("\n", 1) for section in sections)


def _fields(record: Path) -> dict[str, str]:
    """The list between the title and the first heading: ``Status``, ``Date`` and so on."""
    return dict(_FIELD.findall(record.read_text().split("\n## ")[0]))


def _claims(records: dict[str, dict[str, str]]) -> tuple[set[str], set[str]]:
    """The changes that later records claim, and those that earlier records acknowledge."""
    later = {
        f"{number} {INVERSE[field]} {changed}"
        for number, fields in records.items()
        for field in INVERSE.keys() & fields.keys()
        for changed in _NUMBER.findall(fields[field])
    }
    earlier = {
        f"{by} {fields['Status'].split()[0]} {number}"
        for number, fields in records.items()
        for by in _NUMBER.findall(fields["Status"])
    }
    return later, earlier


def _alternatives(pattern: str) -> Iterator[str]:
    """Expand ``a_{b,c}`` as a shell does."""
    choice = _CHOICE.search(pattern)
    if choice is None:
        yield pattern
        return
    for word in choice[1].split(","):
        yield from _alternatives(pattern[: choice.start()] + word + pattern[choice.end() :])


def _missing(confirmation: str) -> list[str]:
    """The test paths that match no file; a path with a glob must match at least one."""
    named = [path for found in _TEST_PATH.findall(confirmation) for path in _alternatives(found)]
    return [path for path in named if not any(ROOT.glob(path))]


def test_there_are_decisions() -> None:
    assert RECORDS


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.stem)
def test_a_decision_has_its_headings_and_a_text_below_each(record: Path) -> None:
    sections = _sections(record)
    assert [heading for heading in HEADINGS if not sections.get(heading, "").strip()] == []


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.stem)
def test_a_decision_has_a_status_and_a_date(record: Path) -> None:
    fields = _fields(record)
    assert _STATUS.fullmatch(fields["Status"])
    assert _DATE.fullmatch(fields["Date"])


def test_a_changed_decision_and_the_one_that_changes_it_name_each_other() -> None:
    later, earlier = _claims({record.name[:4]: _fields(record) for record in RECORDS})
    assert later == earlier


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.stem)
def test_the_index_has_the_title_of_a_decision(record: Path) -> None:
    title = record.read_text().split("\n", 1)[0].split(". ", 1)[1]
    assert f"]({record.name}) | {title}" in (ROOT / "adr" / "README.md").read_text()


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.stem)
def test_a_decision_begins_with_its_number(record: Path) -> None:
    assert record.read_text().startswith(f"# {record.name[:4]}. ")


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.stem)
def test_a_decision_is_confirmed_by_tests_that_exist(record: Path) -> None:
    confirmation = _sections(record)["Confirmation"]
    assert _TEST_PATH.search(confirmation), "names no test"
    assert _missing(confirmation) == []


def test_numbers_are_given_once() -> None:
    numbers = [record.name[:4] for record in RECORDS]
    assert len(set(numbers)) == len(numbers)


def test_a_change_that_only_one_side_names_is_found() -> None:
    later, earlier = _claims(
        {
            "0001": {"Status": "Superseded by [0002](0002-a.md)"},
            "0002": {"Status": "Accepted", "Supersedes": "[0001](0001-b.md)"},
            "0003": {"Status": "Accepted", "Amends": "[0001](0001-b.md)"},
        }
    )
    assert later - earlier == {"0003 Amended 0001"}
    assert earlier - later == set()


def test_braces_and_globs_in_a_path_are_understood() -> None:
    assert list(_alternatives("a_{b,c}/{d,e}")) == ["a_b/d", "a_b/e", "a_c/d", "a_c/e"]
    assert _missing("`tests/architecture/test_{decisions,nothing}.py`") == [
        "tests/architecture/test_nothing.py"
    ]
    assert _missing("`tests/*/test_decisions.py`") == []
