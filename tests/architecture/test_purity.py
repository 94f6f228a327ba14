"""The core has no clock, randomness, loop, log or money in floats; every port has an adapter and a twin."""

from __future__ import annotations

import ast
import inspect
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import ports

ROOT = Path(__file__).parents[2]
CORE = [path for folder in ("domain", "ports") for path in sorted((ROOT / folder).rglob("*.py"))]

ALLOWED_IMPORTS = {
    "__future__",
    "abc",
    "attrs",
    "collections",
    "contextlib",
    "datetime",
    "decimal",
    "domain",
    "enum",
    "fractions",
    "functools",
    "hashlib",
    "itertools",
    "json",
    "ports",
    "re",
    "types",
    "typing",
    "unicodedata",
}
FORBIDDEN_CALLS = {
    "now",
    "utcnow",
    "today",
    "uuid1",
    "uuid4",
    "uuid7",
    "getLogger",
    "print",
    "open",
}
KEEPS_SECONDS = {
    "domain/errors.py",
    "domain/processes/retry_policy.py",
    "domain/services/integration/job_endings.py",
    "domain/services/integration/jobs.py",
    "ports/clock.py",
    "ports/job_signal.py",
    "ports/errors.py",
    "ports/fence.py",
    "ports/ids.py",
    "ports/jobs.py",
    "ports/processes.py",
}
"""Where a float is a number of seconds or a probability, not money."""

SYNCHRONOUS = {
    "Clock.monotonic",
    "Clock.now",
    "Ids.new",
    "Ids.fraction",
    "Ids.secret",
    "OneTimeCodes.new_secret",
    "OneTimeCodes.step_of",
    "OneTimeCodes.uri",
    "Tokens.issue",
    "Tokens.verify",
    "SecretCipher.open",
    "SecretCipher.seal",
    "EmailTokens.issue",
    "EmailTokens.read",
    "Feed.events",
    "CurrentRequest.begin",
    "CurrentRequest.current",
}
"""Methods of ports that do not wait; a feed is iterated instead."""

WITHOUT_TWIN = {"Probe", "Feed"}
"""A probe checks one real system; tests give feed events to an in-memory world directly."""

WITHOUT_SUITE = {"Probe", "Feed", "Webhooks"}
"""Webhooks and feeds have no common behaviour beyond signatures: test_feeds_*, test_webhooks_*."""


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _walk(path: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(path.read_bytes()))


def _classes(folder: str) -> Iterator[tuple[str, set[str]]]:
    """The classes in a folder, each with the names of its bases."""
    for path in (ROOT / folder).rglob("*.py"):
        for node in _walk(path):
            if isinstance(node, ast.ClassDef):
                yield node.name, {base.id for base in node.bases if isinstance(base, ast.Name)}


def _protocols() -> dict[str, type[Any]]:
    found: dict[str, type[Any]] = {}
    for module in pkgutil.iter_modules(ports.__path__, "ports."):
        for name, value in vars(import_module(module.name)).items():
            is_ours = inspect.isclass(value) and value.__module__ == module.name
            if is_ours and getattr(value, "_is_protocol", False):
                found[name] = value
    return found


PORTS = _protocols()


@pytest.mark.parametrize("path", CORE, ids=_name)
def test_the_core_imports_nothing_that_does_something(path: Path) -> None:
    imported: set[str] = set()
    for node in _walk(path):
        match node:
            case ast.Import(names=names):
                imported |= {name.name for name in names}
            case ast.ImportFrom(module=str(module), level=0):
                imported.add(module)
            case ast.ImportFrom():
                raise AssertionError("imports are absolute")
    assert {name.partition(".")[0] for name in imported} <= ALLOWED_IMPORTS


@pytest.mark.parametrize("path", CORE, ids=_name)
def test_the_core_asks_no_clock_and_throws_no_dice(path: Path) -> None:
    called: set[str] = set()
    for node in _walk(path):
        match node:
            case ast.Call(func=ast.Name(id=name)):
                called.add(name)
            case ast.Call(func=ast.Attribute(value=ast.Name(id="datetime" | "uuid"), attr=name)):
                called.add(name)
    assert called & FORBIDDEN_CALLS == set()


@pytest.mark.parametrize("path", CORE, ids=_name)
def test_no_float_comes_near_money(path: Path) -> None:
    lines = [
        node.lineno
        for node in _walk(path)
        if (isinstance(node, ast.Name) and node.id == "float")
        or (isinstance(node, ast.Constant) and isinstance(node.value, float))
    ]
    assert bool(lines) is (_name(path) in KEEPS_SECONDS), lines


@pytest.mark.parametrize("name", PORTS)
def test_a_port_is_asked_asynchronously(name: str) -> None:
    methods = {
        f"{name}.{attribute}": value
        for attribute, value in vars(PORTS[name]).items()
        if not attribute.startswith("_") and not isinstance(value, property)
    }
    waiting = {full for full, value in methods.items() if inspect.iscoroutinefunction(value)}
    instant = {full for full in methods if full not in waiting}
    assert instant == {full for full in SYNCHRONOUS if full.startswith(f"{name}.")}


@pytest.mark.parametrize("name", PORTS)
def test_every_method_of_a_port_is_abstract(name: str) -> None:
    public = {attribute for attribute in vars(PORTS[name]) if not attribute.startswith("_")}
    assert public == PORTS[name].__abstractmethods__


@pytest.mark.parametrize("name", PORTS)
def test_a_port_has_a_real_adapter_and_a_twin(name: str) -> None:
    adapters = {adapter for adapter, bases in _classes("adapters") if name in bases}
    assert len(adapters) >= (1 if name in WITHOUT_TWIN else 2), adapters


@pytest.mark.parametrize("name", sorted(PORTS.keys() - WITHOUT_SUITE))
def test_a_port_has_a_contract_that_both_adapters_are_held_to(name: str) -> None:
    held = {test for test, bases in _classes("tests/contract") if f"{name}Contract" in bases}
    assert len(held) >= 2, held


def test_the_exceptions_are_about_ports_that_exist() -> None:
    assert PORTS.keys() >= WITHOUT_TWIN | WITHOUT_SUITE
    assert {full.partition(".")[0] for full in SYNCHRONOUS} <= PORTS.keys()
