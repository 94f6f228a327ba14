"""The glossary names files and classes that exist, in order, and has every noun of the domain."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "glossary.md"
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.read_text().splitlines()
    if line.startswith("| ") and "`" in line
]
TERMS_MIN = 60
USES_MIN = 4
"""A word in so many class names of the core must be in the glossary."""

ORDINARY = {
    "Found",
    "Invalid",
    "Not",
    "Open",
    "Refused",
    "Required",
    "Service",
    "Store",
    "Unavailable",
    "Unknown",
}

_SPAN = re.compile(r"`([^`]+)`")
_CLASS = re.compile(r"^class (\w+)", re.MULTILINE)
_WORD = re.compile(r"[A-Z][a-z]*")


def _plain(text: str) -> str:
    return text.lower().replace("-", "").replace(" ", "")


def _missing(where: str) -> Iterator[str]:
    """The file that does not exist, or the class that is not in it."""
    path, *names = _SPAN.findall(where)
    target = ROOT / path
    if not target.exists():
        yield path
    elif names:
        classes = set(_CLASS.findall(target.read_text()))
        yield from (name for name in names if name not in classes)


def _nouns() -> set[str]:
    """The words of which the names of the core's classes are made, used often enough."""
    uses = Counter(
        word
        for folder in ("domain", "ports")
        for path in (ROOT / folder).rglob("*.py")
        for name in _CLASS.findall(path.read_text())
        for word in set(_WORD.findall(name))
    )
    return {word for word, times in uses.items() if times >= USES_MIN} - ORDINARY


def test_there_are_enough_terms_and_every_row_is_whole() -> None:
    assert len(ROWS) >= TERMS_MIN
    assert [row for row in ROWS if len(row) != 4 or not all(row)] == []


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_what_a_term_names_exists(row: list[str]) -> None:
    assert list(_missing(row[2])) == []


def test_terms_are_in_order_and_given_once() -> None:
    terms = [_plain(row[0]) for row in ROWS]
    assert terms == sorted(set(terms))


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_a_meaning_is_short(row: list[str]) -> None:
    assert row[3].endswith(".")
    assert len(row[3].split()) <= 25


@pytest.mark.parametrize("noun", sorted(_nouns()))
def test_a_noun_that_the_core_uses_often_is_explained(noun: str) -> None:
    assert any(noun.lower() in _plain(" ".join(row)) for row in ROWS)


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_the_glossary_is_linked(page: str) -> None:
    assert "(docs/glossary.md)" in (ROOT / page).read_text()


def test_the_checks_find_what_is_missing() -> None:
    assert list(_missing("`domain/money.py`: `Money`")) == []
    assert list(_missing("`domain/money.py`: `Coin`")) == ["Coin"]
    assert list(_missing("`domain/coins.py`")) == ["domain/coins.py"]
    assert {"Wallet", "Order"} <= _nouns()
