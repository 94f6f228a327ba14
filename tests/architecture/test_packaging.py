"""ADR 0002's hazards: shadowed packages, stolen names, and what must not be imported anywhere."""

from __future__ import annotations

import ast
import functools
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("domain", "ports", "adapters", "entrypoints", "sandbox")
NOT_PACKAGES = ("migrations", "docs", "adr", "configs", "infrastructure", "scripts")
OURS = "stack-service"
FORBIDDEN_MODULES = ("unittest.mock", "mock", "pytest_mock", "dataclasses", "pydantic")


def _python_files(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


@functools.cache
def _imported(path: Path) -> frozenset[str]:
    """Read once: there are many files, and many who ask."""
    return frozenset(_names(path))


def _names(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_bytes())):
        match node:
            case ast.Import(names=names):
                yield from (name.name for name in names)
            case ast.ImportFrom(module=str(module), names=names):
                yield module
                yield from (f"{module}.{name.name}" for name in names)


def test_every_folder_with_python_is_a_package_up_to_its_root() -> None:
    broken = {
        folder.relative_to(ROOT)
        for path in _python_files("tests", *PACKAGES)
        for folder in path.parents
        if folder.is_relative_to(ROOT) and folder != ROOT and not (folder / "__init__.py").exists()
    }
    assert broken == set()


def test_folders_that_hold_no_code_to_import_are_not_packages() -> None:
    assert [name for name in NOT_PACKAGES if (ROOT / name / "__init__.py").exists()] == []


@pytest.mark.parametrize("name", PACKAGES)
def test_no_installed_distribution_took_our_package_names(name: str) -> None:
    assert set(packages_distributions().get(name, [])) <= {OURS}


@pytest.mark.parametrize("name", PACKAGES)
def test_our_packages_are_imported_from_this_repository(name: str) -> None:
    __import__(name)
    assert Path(str(sys.modules[name].__file__)).is_relative_to(ROOT)


@pytest.mark.parametrize("module", FORBIDDEN_MODULES)
def test_a_banned_module_is_imported_nowhere(module: str) -> None:
    guilty = [
        str(path.relative_to(ROOT))
        for path in _python_files("tests", "scripts", *PACKAGES)
        if any(f"{name}.".startswith(f"{module}.") for name in _imported(path))
    ]
    assert guilty == []


def test_type_checking_imports_are_banned_because_punq_reads_annotations_at_run_time() -> None:
    guilty = [
        path for path in _python_files(*PACKAGES) if "typing.TYPE_CHECKING" in _imported(path)
    ]
    assert guilty == []


def test_no_work_is_left_for_later_in_a_comment() -> None:
    words = tuple(f"# {word}" for word in ("TO" + "DO", "FIX" + "ME", "XXX", "HACK"))
    guilty = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in _python_files("tests", "scripts", *PACKAGES)
        for word in words
        if word in path.read_text()
    ]
    assert guilty == []


def test_constraints_are_pins_without_addresses_or_hashes() -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    assert [line for line in lines if "==" not in line or "/" in line or "--" in line] == []
