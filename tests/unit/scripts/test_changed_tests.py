"""Which tests a change touches: by imports, conftest files included."""

from __future__ import annotations

import subprocess
from importlib.util import find_spec
from pathlib import Path

import grimp
import pytest

from scripts.changed_tests import ALWAYS, READ_BY, changed_files, touched


@pytest.fixture
def graph() -> grimp.ImportGraph:
    """Two modules, a test of each; the second comes by way of a conftest."""
    graph = grimp.ImportGraph()
    graph.add_module("scripts", is_squashed=True)
    for module in ("domain", "domain.orders"):
        graph.add_module(module)
    for importer, imported in (
        ("tests.unit.test_money", "domain.money"),
        ("tests.e2e.conftest", "domain.orders.book"),
        ("tests.e2e.test_orders", "tests.e2e.conftest"),
        ("tests.architecture.test_purity", "domain.money"),
        ("tests.unit.scripts.test_slo", "scripts"),
    ):
        graph.add_import(importer=importer, imported=imported)
    return graph


@pytest.mark.parametrize(
    ("path", "test"),
    [
        ("domain/money.py", "tests/unit/test_money.py"),
        ("domain/orders/book.py", "tests/e2e/test_orders.py"),
        ("domain/orders/__init__.py", "tests/e2e/test_orders.py"),
        ("domain/orders/book.sql", "tests/e2e/test_orders.py"),
        ("tests/e2e/conftest.py", "tests/e2e/test_orders.py"),
        ("tests/unit/test_money.py", "tests/unit/test_money.py"),
        ("scripts/slo/rules.py", "tests/unit/scripts/test_slo.py"),
    ],
)
def test_a_change_touches_what_imports_it(graph: grimp.ImportGraph, path: str, test: str) -> None:
    assert touched([path], graph) == [ALWAYS, test]


@pytest.mark.parametrize("path", ["README.md", "tests/architecture/test_purity.py"])
def test_other_changes_touch_the_architecture_alone(graph: grimp.ImportGraph, path: str) -> None:
    assert touched([path], graph) == [ALWAYS]


def test_changes_are_committed_uncommitted_and_new_files(tmp_path: Path) -> None:
    def git(*command: str) -> None:
        identity = ("-c", "user.name=t", "-c", "user.email=t@example.org")
        subprocess.run(["git", *identity, *command], cwd=tmp_path, check=True, capture_output=True)

    git("init", "--initial-branch=main")
    for name in ("kept", "edited"):
        (tmp_path / name).write_text("before")
    git("add", ".")
    git("commit", "-m", "Begin")
    git("switch", "-c", "work")
    (tmp_path / "committed").write_text("")
    git("add", ".")
    git("commit", "-m", "Add")
    (tmp_path / "edited").write_text("after")
    (tmp_path / "new").write_text("")
    assert changed_files("main", root=tmp_path) == {"committed", "edited", "new"}


def test_the_modules_that_read_other_folders_exist() -> None:
    assert [name for name in READ_BY.values() if find_spec(name) is None] == []
