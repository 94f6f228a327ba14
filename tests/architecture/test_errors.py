"""Every refusal has a code of its own, in the range of its subject, and says what it is."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections import defaultdict
from collections.abc import Iterator

import pytest

import adapters
import domain
import entrypoints
import ports
from domain.errors import DomainError, Kind, Severity

ROOTS = (domain, ports, adapters, entrypoints)
CODE = re.compile(r"ERR_(\d{4})")
CODE_MIN, CODE_MAX = 1000, 7199
FAMILIES = {"DomainError", "HttpRefusal"}
"""Never raised themselves: they say what their members have in common."""


def _load_everything() -> None:
    """Import every module, so that every error is known."""
    for root in ROOTS:
        for module in pkgutil.walk_packages(root.__path__, f"{root.__name__}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)


def _descendants(error: type[DomainError]) -> Iterator[type[DomainError]]:
    for child in error.__subclasses__():
        yield child
        yield from _descendants(child)


def _errors() -> list[type[DomainError]]:
    _load_everything()
    packages = tuple(f"{root.__name__}." for root in ROOTS)
    found = {e for e in _descendants(DomainError) if e.__module__.startswith(packages)}
    members = (error for error in found if error.__name__ not in FAMILIES)
    return sorted(members, key=lambda error: error.code)


ERRORS = _errors()


def _title(error: type[DomainError]) -> str:
    return error.__name__


@pytest.mark.parametrize("error", ERRORS, ids=_title)
def test_a_code_is_well_formed_and_in_range(error: type[DomainError]) -> None:
    number = CODE.fullmatch(error.code)
    assert number is not None
    assert CODE_MIN <= int(number[1]) <= CODE_MAX


@pytest.mark.parametrize("error", ERRORS, ids=_title)
def test_an_error_says_what_it_is(error: type[DomainError]) -> None:
    assert "code" in vars(error), "a code is an error's own, never inherited"
    assert error.__doc__ is not None
    assert isinstance(error.kind, Kind)
    assert isinstance(error.severity, Severity)


def test_a_code_belongs_to_one_error() -> None:
    owners: dict[str, list[str]] = defaultdict(list)
    for error in ERRORS:
        owners[error.code].append(f"{error.__module__}.{error.__name__}")
    assert {code: names for code, names in owners.items() if len(names) > 1} == {}


def test_there_are_errors_to_check() -> None:
    assert len(ERRORS) > 40


def test_an_errors_docstring_is_its_message_unless_the_raiser_says_more() -> None:
    class Refused(DomainError):
        """Said
        in two lines.
        """

    assert Refused().detail == "Said in two lines."
    assert Refused("more exact", field="amount").detail == "more exact"
    assert Refused(field="amount").field == "amount"
