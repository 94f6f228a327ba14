"""Every error has its own code, in the range of its subject, and a message."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from domain.errors import DomainError, Kind, Severity, name_of
from entrypoints.http.codes.page import every_error, lines, page
from entrypoints.http.codes.ranges import SUBJECTS, subject_of
from entrypoints.http.problems import type_of
from ports.errors import CODES, ProviderError

COPY = Path(__file__).parents[2] / "docs" / "errors.md"
RENEW = "python -m entrypoints.http.codes > docs/errors.md"
CODE = re.compile(r"ERR_(\d{4})")
SLUG = re.compile(r"[a-z0-9]+(-[a-z][a-z0-9]*)*")
CODE_MIN, CODE_MAX = 1000, 7199

ERRORS = every_error()


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


@pytest.mark.parametrize("error", ERRORS, ids=_title)
def test_a_slug_is_well_formed_and_an_errors_own(error: type[DomainError]) -> None:
    assert "slug" in vars(error), "a slug is an error's own, never inherited"
    assert SLUG.fullmatch(error.slug)


def test_a_slug_belongs_to_one_error() -> None:
    slugs = Counter(error.slug for error in ERRORS)
    assert [slug for slug, count in slugs.items() if count > 1] == []


def test_an_error_is_named_by_its_slug_whatever_its_class_is_called() -> None:
    class Renamed(DomainError):
        """No."""

        slug = "order-not-open"

    assert name_of(Renamed) == "OrderNotOpen"
    assert type_of(Renamed) == "urn:stack:problem:order-not-open"
    assert name_of(TimeoutError) == "TimeoutError"


def test_a_code_belongs_to_one_error() -> None:
    owners: dict[str, list[str]] = defaultdict(list)
    for line in lines():
        owners[line.code].append(f"{line.error.__module__}.{line.error.__name__}")
    assert {code: names for code, names in owners.items() if len(names) > 1} == {}


@pytest.mark.parametrize("error", ERRORS, ids=_title)
def test_a_code_is_in_the_range_of_its_subject(error: type[DomainError]) -> None:
    subjects = [s for s in SUBJECTS if error.__module__.startswith(tuple(s.modules))]
    assert subject_of(error.code) in (subjects or SUBJECTS)


@pytest.mark.parametrize(("provider", "error"), CODES, ids=str)
def test_a_providers_failure_has_a_code_in_the_providers_range(
    provider: str, error: type[ProviderError]
) -> None:
    assert subject_of(CODES[provider, error]).name.lower() == provider


def test_ranges_do_not_overlap() -> None:
    ends = [number for subject in SUBJECTS for number in (subject.first, subject.last)]
    assert ends == sorted(set(ends))


def test_the_catalogue_is_up_to_date() -> None:
    assert COPY.read_text() == page(), f"the errors have changed; if they should have: {RENEW}"


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
