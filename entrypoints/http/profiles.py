"""Who an investor says to be, and whether that can be true."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

import attrs
import pycountry

from entrypoints.http.problems import FieldError, InvalidInput

ADULT_YEARS = 18
OLDEST_YEARS = 120
USA = "USA"

_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
_AMERICAN: Mapping[str, tuple[re.Pattern[str], str]] = {
    "state": (re.compile(r"[A-Z]{2}"), "two capital letters are needed, like CA"),
    "postal_code": (re.compile(r"[0-9]{5}(-[0-9]{4})?"), "a ZIP code is needed, like 94401"),
    "tax_id": (
        re.compile(r"[0-9]{3}-[0-9]{2}-[0-9]{4}"),
        "a social security number is needed, as NNN-NN-NNNN",
    ),
}
"""How these are written in the USA; elsewhere they are whatever they are there."""


@attrs.frozen(kw_only=True)
class OnboardingBody:
    """
    Who the investor is. ``country`` is an ISO 3166 alpha-3 code, ``phone`` an E.164 number.

    In the USA ``state`` is two letters, ``postal_code`` a ZIP code and ``tax_id`` a social security number.
    """

    given_name: str
    family_name: str
    date_of_birth: date
    phone: str
    street: str
    city: str
    state: str
    postal_code: str
    country: str
    tax_id: str = attrs.field(repr=False)
    agreements: bool


def require_complete(body: OnboardingBody, *, today: date) -> OnboardingBody:
    """Raises ``InvalidInput`` with everything that is wrong; what was given is not repeated."""
    errors = [*_wrong(body, today), *(_wrong_in_usa(body) if body.country == USA else ())]
    if errors:
        raise InvalidInput(errors)
    return body


def _wrong(body: OnboardingBody, today: date) -> Iterator[FieldError]:
    if not ADULT_YEARS <= _years(body.date_of_birth, today) <= OLDEST_YEARS:
        yield FieldError("date_of_birth", f"an investor is at least {ADULT_YEARS} years old")
    if not _PHONE.fullmatch(body.phone):
        yield FieldError("phone", "a full number is needed, like +15556667788")
    if not _is_country(body.country):
        yield FieldError("country", "the three capital letters of a country are needed, like USA")
    if not body.agreements:
        yield FieldError("agreements", "the agreements must be accepted")


def _wrong_in_usa(body: OnboardingBody) -> Iterator[FieldError]:
    for field, (pattern, message) in _AMERICAN.items():
        if not pattern.fullmatch(getattr(body, field)):
            yield FieldError(field, message)


def _is_country(code: str) -> bool:
    """Whether ISO 3166-1 has the code; the list takes small letters too, and we do not."""
    return code.isupper() and pycountry.countries.get(alpha_3=code) is not None


def _years(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
