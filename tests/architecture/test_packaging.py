"""ADR 0002's hazards: shadowed packages, taken names, and modules that must not be imported."""

from __future__ import annotations

import ast
import functools
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from importlib.metadata import distribution, packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("domain", "ports", "adapters", "entrypoints", "sandbox")
NOT_PACKAGES = ("migrations", "docs", "adr", "configs", "infrastructure", "scripts")
OURS = "stack-service"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
RUNNING = [*PROJECT["dependencies"], *EXTRAS["local"]]
OWN_OR_STANDARD = {*sys.stdlib_module_names, *PACKAGES, "tests", "scripts"}
INSTALLER = ("hatchling", "uv")
FORBIDDEN_MODULES = ("unittest.mock", "mock", "pytest_mock", "dataclasses", "pydantic")


def _python_files(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


@functools.cache
def _imported(path: Path) -> frozenset[str]:
    """Cached, because there are many files and many callers."""
    return frozenset(_names(path))


def _names(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_bytes())):
        match node:
            case ast.Import(names=names):
                yield from (name.name for name in names)
            case ast.ImportFrom(module=str(module), names=names):
                yield module
                yield from (f"{module}.{name.name}" for name in names)
            case ast.Call(
                func=ast.Attribute(attr="import_module") | ast.Name(id="import_module"),
                args=[ast.Constant(value=str(module))],
            ):
                yield module


def _top(module: str) -> str:
    return module.partition(".")[0]


@functools.cache
def _providers() -> Mapping[str, list[str]]:
    return packages_distributions()


@functools.cache
def _distributions(name: str) -> frozenset[str]:
    """The distributions that a module, or a name in one, may come from."""
    found = set(_providers().get(_top(name), [_top(name)]))  # else not installed, as MkDocs is not
    if len(found) > 1:  # a namespace: only those that have the folder or file
        path = name.replace(".", "/")
        found = {each for each in found if any(f.startswith(path) for f in _files(each))}
    if not found and "." in name:
        return _distributions(name.rpartition(".")[0])
    return frozenset(map(_normal, found))


@functools.cache
def _files(name: str) -> tuple[str, ...]:
    return tuple(file.as_posix() for file in distribution(name).files or ())


def _normal(requirement: str) -> str:
    """A distribution's normalised name, without extras, version or marker."""
    name = re.match(r"[\w.-]+", requirement)
    assert name is not None
    return re.sub(r"[-_.]+", "-", name[0]).lower()


def _undeclared(folders: tuple[str, ...], requirements: list[str]) -> dict[str, str]:
    """The imports that come from none of the requirements, each with a file that has it."""
    declared = set(map(_normal, requirements))
    return {
        name: str(path.relative_to(ROOT))
        for path in _python_files(*folders)
        for name in _imported(path)
        if _top(name) not in OWN_OR_STANDARD and not _distributions(name) & declared
    }


def test_what_running_imports_is_installed_by_make_run() -> None:
    assert _undeclared(PACKAGES, RUNNING) == {}


def test_what_tests_and_scripts_import_is_installed_by_make_test() -> None:
    assert _undeclared(("tests", "scripts"), [*RUNNING, *EXTRAS["dev"], *EXTRAS["docs"]]) == {}


def test_an_import_that_is_not_declared_is_found() -> None:
    missing = _undeclared(("adapters",), ["aiohttp", "opentelemetry-api"])
    assert {"asyncpg", "opentelemetry.sdk.trace"} <= missing.keys()
    assert not {"aiohttp", "opentelemetry.trace"} & missing.keys()


def test_every_requirement_and_the_installer_are_pinned() -> None:
    pins = {_normal(line) for line in (ROOT / "constraints.txt").read_text().splitlines()}
    wanted = {_normal(each) for each in [*RUNNING, *EXTRAS["dev"], *EXTRAS["docs"], *INSTALLER]}
    assert wanted - pins - {OURS} == set()


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
