"""The page of multi-step flows names files and tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "integrations" / "cycles.md"
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.read_text().splitlines()
    if line.startswith("| ") and "`" in line
]
NAMED = re.compile(r"`([^`]+)`")
LEAST = 20


def test_every_row_says_where_it_is_decided_and_what_drives_it() -> None:
    assert len(ROWS) >= LEAST
    assert [row for row in ROWS if len(row) != 3 or not all(row)] == []


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_what_a_row_names_exists(row: list[str]) -> None:
    _, decided, driven = row
    files, tests = NAMED.findall(decided), NAMED.findall(driven)
    assert files
    assert tests
    assert [name for name in files if not (ROOT / name).is_file()] == []
    for test in tests:
        path, _, name = test.partition("::")
        source = (ROOT / path).read_text()
        assert re.search(rf"^\s*(async )?def {name}\(", source, re.MULTILINE), test
