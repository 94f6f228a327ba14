"""Generates the page of all errors from their classes."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Sequence

import attrs

from domain.errors import DomainError, name_of
from entrypoints.http.codes.ranges import SUBJECTS
from entrypoints.http.problems import HttpRefusal, status_of_class, title_of
from ports.errors import CODES, ProviderError

ROOTS = ("domain", "ports", "adapters", "entrypoints")
FAMILIES = {DomainError, HttpRefusal}
"""Base classes, which are never raised themselves."""

_HEAD = """\
# Errors

Generated from the classes by `python -m entrypoints.http.codes > docs/errors.md`; a test compares.
{count} codes.

Every error is a problem (RFC 9457) with its `code`. *Retry*: the same request may succeed later, first
after `Retry-After` seconds (2 unless stated otherwise), then after twice as long each time. *Breaker*:
the provider is at fault, so its circuit breaker counts the error. The words of a provider or the database
are in the log, under the same code.
"""
_TABLE = """
## {name} ({first} to {last})

| Code | Error | Kind | Status | Retry | Breaker | Message |
|---|---|---|---|---|---|---|
"""


@attrs.frozen
class Line:
    """One code and its error."""

    code: str
    error: type[DomainError]

    def __str__(self) -> str:
        error = self.error
        counts = issubclass(error, ProviderError) and error.counts_for_breaker
        cells = (
            f"`{self.code}`",
            name_of(error),
            error.kind.value,
            str(status_of_class(error)),
            "yes" if error.retryable else "",
            "yes" if counts else "",
            title_of(error),
        )
        return f"| {' | '.join(cells)} |"


def every_error() -> Sequence[type[DomainError]]:
    """Every error class, by code. Imports every module to find them all."""
    for root in ROOTS:
        package = importlib.import_module(root)
        for module in pkgutil.walk_packages(package.__path__, f"{root}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    packages = tuple(f"{root}." for root in ROOTS)
    found = {e for e in _descendants(DomainError) if e.__module__.startswith(packages)}
    return sorted(found - FAMILIES, key=lambda error: error.code)


def lines() -> Sequence[Line]:
    """Every code in use, in order."""
    of_providers = [Line(code, error) for (_, error), code in CODES.items()]
    own = [Line(error.code, error) for error in every_error()]
    return sorted([*own, *of_providers], key=lambda line: line.code)


def page() -> str:
    known = lines()
    parts = [_HEAD.format(count=len(known))]
    for subject in SUBJECTS:
        if rows := [str(line) for line in known if subject.has(line.code)]:
            table = _TABLE.format(name=subject.name, first=subject.first, last=subject.last)
            parts.append(table + "\n".join(rows) + "\n")
    return "".join(parts)


def _descendants(error: type[DomainError]) -> Iterator[type[DomainError]]:
    for child in error.__subclasses__():
        yield child
        yield from _descendants(child)
