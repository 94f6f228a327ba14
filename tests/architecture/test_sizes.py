"""The sizes that CONTRIBUTING.md promises: 250 lines a file, 40 lines a function."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PACKAGES = (*PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"], "scripts")
FILE_MAX = 250
FUNCTION_MAX = 40


def sources() -> Iterator[tuple[str, str]]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), path.read_text()


def files() -> Mapping[str, int]:
    return {name: len(text.splitlines()) for name, text in sources()}


def functions() -> Mapping[str, int]:
    """Lines from ``def`` to the end; of two functions with one name in a file, the longer one."""
    found: dict[str, int] = {}
    for name, text in sources():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                key = f"{name} {node.name}"
                found[key] = max(lines, found.get(key, 0))
    return found


@pytest.mark.parametrize(
    ("sizes", "maximum"),
    [(files(), FILE_MAX), (functions(), FUNCTION_MAX)],
    ids=["files", "functions"],
)
def test_nothing_is_longer_than_promised(sizes: Mapping[str, int], maximum: int) -> None:
    over = {name: size for name, size in sizes.items() if size > maximum}
    assert over == {}, "split it by what lives in it"


def test_there_is_something_to_measure() -> None:
    assert len(files()) > 100
    assert max(functions().values()) > FUNCTION_MAX / 2
