"""The architecture pages list what the code has: layers, adapters, ports, processes, folders."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import get_args

import pytest

from domain.processes import decision
from domain.processes.facts.fact import Fact
from domain.processes.instructions import Instruction
from domain.processes.kinds import KINDS

ROOT = Path(__file__).parents[2]
ARCHITECTURE = ROOT / "docs" / "architecture"
OVERVIEW = ARCHITECTURE / "overview.md"
PROCESSES = ARCHITECTURE / "processes.md"
_REGISTRATION = "Registration and password reset"
SECTIONS = {
    "ApiKey": "API key",
    "PasswordReset": _REGISTRATION,
    "Recovery": _REGISTRATION,
    "Registration": _REGISTRATION,
}
"""The kinds of process whose section has another title than their name in words."""

_SPAN = re.compile(r"`([^`]+)`")
_ROW = re.compile(r"^\|.*\|$")
_RULE = re.compile(r"\| ?---")
_CELLS = re.compile(r"(?<!\\)\|")


def _section(page: Path, title: str) -> str:
    found = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", page.read_text(), re.MULTILINE | re.DOTALL)
    assert found, f"{page.name} has no section {title!r}"
    return found[1]


def _rows(text: str) -> Iterator[list[str]]:
    """The cells of each row of the tables, without their headings."""
    lines = text.splitlines()
    for number, line in enumerate(lines):
        is_head = number + 1 < len(lines) and bool(_RULE.match(lines[number + 1]))
        if _ROW.match(line) and not is_head and not _RULE.match(line):
            yield [cell.strip() for cell in _CELLS.split(line)[1:-1]]


def _layers(text: str) -> list[str]:
    block = re.search(r"^```\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert block
    return [re.split(r"\s{2,}", line)[0] for line in block[1].splitlines()]


def _ports() -> set[str]:
    found = set()
    for path in (ROOT / "ports").glob("*.py"):
        module = import_module(f"ports.{path.stem}")
        found |= {
            f"{path.stem}.{name}"
            for name, value in vars(module).items()
            if getattr(value, "_is_protocol", False) and value.__module__ == module.__name__
        }
    return found


def _kinds() -> list[str]:
    """The members of the one union of ``decision`` that holds every kind of process."""
    members = get_args(getattr(decision, "Process", None) or getattr(decision, "Record", None))
    assert members
    return [KINDS[kind] for kind in members]


def _words(name: str) -> str:
    """``PayoutAddress`` as a heading writes it."""
    first, *others = re.findall(r"[A-Z][a-z]*", name)
    return " ".join([first, *(word.lower() for word in others)])


def _broken_tables(text: str) -> list[str]:
    """Rows without a head above them, and rows with another number of cells than their head."""
    broken, width = [], 0
    for line in text.splitlines():
        if not line.startswith("|"):
            width = 0
            continue
        cells = len(_CELLS.split(line))
        if width and cells != width:
            broken.append(line)
        width = width or cells
    tops = re.findall(r"(?:\A|^(?!\|).*\n)(\|.*\n)(?!\| ?---)", text, re.MULTILINE)
    return [*broken, *(top.strip() for top in tops)]


def test_the_layers_are_those_of_the_import_contract() -> None:
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    hexagon = next(each for each in linter["contracts"] if each["name"] == "hexagon")
    assert _layers(_section(OVERVIEW, "Layers")) == hexagon["layers"]


def test_every_adapter_is_described_and_nothing_else() -> None:
    described = {
        name for first, *_ in _rows(_section(OVERVIEW, "Layers")) for name in _SPAN.findall(first)
    }
    folders = {path.parent.name for path in (ROOT / "adapters").glob("*/__init__.py")}
    assert described == folders


def test_every_port_is_in_the_table_and_nothing_else() -> None:
    described = [
        name
        for first, *_ in _rows(_section(OVERVIEW, "The ports"))
        for name in _SPAN.findall(first)
    ]
    assert sorted(described) == sorted(_ports())


def test_every_adapter_that_the_table_of_ports_names_exists() -> None:
    named = [
        path
        for row in _rows(_section(OVERVIEW, "The ports"))
        for cell in row[2:]
        for path in _SPAN.findall(cell)
    ]
    assert named
    assert [path for path in named if not (ROOT / "adapters" / path).is_file()] == []


@pytest.mark.parametrize("kind", _kinds())
def test_every_kind_of_process_has_a_section(kind: str) -> None:
    section = _section(PROCESSES, SECTIONS.get(kind, _words(kind)))
    assert "`domain/processes/" in section
    assert list(_rows(section))


def test_every_fact_and_every_instruction_is_on_the_page_of_processes() -> None:
    named = set(_SPAN.findall(PROCESSES.read_text()))
    kinds = {KINDS[member] for member in (*get_args(Fact), *get_args(Instruction))}
    assert kinds - named == set()


@pytest.mark.parametrize(
    "page", sorted((ROOT / "docs").rglob("*.md")), ids=lambda page: str(page.relative_to(ROOT))
)
def test_tables_are_whole(page: Path) -> None:
    assert _broken_tables(page.read_text()) == []


def test_every_top_level_folder_is_in_the_readme() -> None:
    ignored = {line.strip("/") for line in (ROOT / ".gitignore").read_text().splitlines()}
    folders = {path.name for path in ROOT.iterdir() if path.is_dir()} - ignored
    named = {
        span.split("/")[0]
        for first, *_ in _rows(_section(ROOT / "README.md", "Where to look"))
        for span in _SPAN.findall(first)
    }
    assert {name for name in folders if not name.startswith(".")} - named == set()


def test_every_folder_of_tests_is_described() -> None:
    folders = {path.parent.name for path in (ROOT / "tests").glob("*/__init__.py")}
    described = {
        name
        for first, *_ in _rows(_section(ROOT / "CONTRIBUTING.md", "Running tests"))
        for name in _SPAN.findall(first)
    }
    assert {name for name in folders if f"tests/{name}" not in described} == set()


def test_the_checks_find_what_is_missing() -> None:
    head = "| A | B |\n|---|---|\n"
    assert _broken_tables(f"{head}| 1 | 2 |\n") == []
    assert _broken_tables(f"{head}| 1 | 2 |\n\n| 3 | 4 |\n") == ["| 3 | 4 |"]
    assert _broken_tables(f"{head}| 1 | 2 | 3 |\n") == ["| 1 | 2 | 3 |"]
    assert list(_rows(f"{head}| 1 | 2 |\n")) == [["1", "2"]]
    assert _layers("```\na    x\nb | c    y\n```\n") == ["a", "b | c"]
    assert _words("PayoutAddress") == "Payout address"
