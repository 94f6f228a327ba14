"""CONTRIBUTING promises sizes: files of at most 250 lines, functions of at most 40, but for these."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("adapters", "domain", "entrypoints", "ports", "sandbox", "scripts")
LINES_MAX = 250
FUNCTION_LINES_MAX = 40

LONG_FILES = {
    "domain/ledger/templates.py",
    "domain/processes/funding/deposit_settlement.py",
    "domain/processes/facts.py",
    "domain/processes/funding/withdrawal_payout.py",
    "entrypoints/container.py",
    "entrypoints/http/routes.py",
    "entrypoints/settings.py",
}
LONG_FUNCTIONS = {
    "StateMetrics.__init__",
    "EffectService.perform",
    "create_app",
    "open_office",
    "running",
}
"""Tables, lists of registrations, and one ``match``: longer, but flat."""


def _files() -> Iterator[Path]:
    for folder in FOLDERS:
        yield from sorted((ROOT / folder).rglob("*.py"))


def _functions(tree: ast.AST, prefix: str = "") -> Iterator[tuple[str, int]]:
    """The name and the number of lines of each function, nested ones included."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef):
            yield from _functions(node, f"{node.name}.")
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{prefix}{node.name}", (node.end_lineno or node.lineno) - node.lineno + 1
            yield from _functions(node)
        else:
            yield from _functions(node, prefix)


def test_files_are_short() -> None:
    long = {
        path.relative_to(ROOT).as_posix()
        for path in _files()
        if len(path.read_text().splitlines()) > LINES_MAX
    }
    assert long == LONG_FILES


def test_functions_are_short() -> None:
    long = {
        name
        for path in _files()
        for name, lines in _functions(ast.parse(path.read_text()))
        if lines > FUNCTION_LINES_MAX
    }
    assert long == LONG_FUNCTIONS


def test_functions_are_measured_wherever_they_are() -> None:
    tree = ast.parse(
        "class A:\n    def b(self):\n        def c():\n            pass\n        return c\n"
    )
    assert list(_functions(tree)) == [("A.b", 4), ("c", 2)]
