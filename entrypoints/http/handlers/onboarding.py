"""Opening an investor's accounts at the providers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

import attrs
import pycountry
from aiohttp import web

from domain.accounts.onboarding import (
    Onboarding,
    OnboardingRequired,
    OnboardingStage,
    Profile,
    ProviderAccountStatus,
)
from domain.errors import DomainError, Kind
from domain.timestamps import rfc3339
from entrypoints.http.app_keys import CLOCK, application, caller
from entrypoints.http.bodies import answer, read
from entrypoints.http.client_address import client_address
from entrypoints.http.problems import FieldError, InvalidInput
from entrypoints.http.views.reasons import reason_for_investor

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
"""The formats of these fields in the USA; in other countries they are not checked."""


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
    """Raises ``InvalidInput`` with every error; the given values are not repeated in it."""
    errors = [*_wrong(body, today), *(_wrong_in_usa(body) if body.country == USA else ())]
    if errors:
        raise InvalidInput(errors)
    return body


def _wrong(body: OnboardingBody, today: date) -> Iterator[FieldError]:
    if not ADULT_YEARS <= _years(body.date_of_birth, today) <= OLDEST_YEARS:
        yield FieldError("date_of_birth", f"an investor must be at least {ADULT_YEARS} years old")
    if not _PHONE.fullmatch(body.phone):
        yield FieldError("phone", "must be a full number such as +15556667788")
    if not _is_country(body.country):
        yield FieldError("country", "must be a country code of three capital letters such as USA")
    if not body.agreements:
        yield FieldError("agreements", "the agreements must be accepted")


def _wrong_in_usa(body: OnboardingBody) -> Iterator[FieldError]:
    for field, (pattern, message) in _AMERICAN.items():
        if not pattern.fullmatch(getattr(body, field)):
            yield FieldError(field, message)


def _is_country(code: str) -> bool:
    """Whether the code is in ISO 3166-1, in capital letters."""
    return code.isupper() and pycountry.countries.get(alpha_3=code) is not None


def _years(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


class OnboardingNotFound(DomainError):
    """The investor has not submitted an onboarding."""

    code = "ERR_5403"
    slug = "onboarding-not-found"
    kind = Kind.NOT_FOUND


@attrs.frozen(kw_only=True)
class BrokerView:
    standing: ProviderAccountStatus


@attrs.frozen(kw_only=True)
class OfframpView:
    standing: ProviderAccountStatus
    action_url: str | None


@attrs.frozen(kw_only=True)
class OnboardingView:
    """The status at both providers. The profile is never shown again."""

    stage: OnboardingStage
    broker: BrokerView
    offramp: OfframpView
    reason: str | None


async def submit(request: web.Request) -> web.Response:
    """Open the investor's accounts at the broker and at the off-ramp."""
    body = await read(request, OnboardingBody)
    profile = await _profile(request, require_complete(body, today=request.app[CLOCK].now().date()))
    found = await application(request).onboardings.onboard(caller(request), profile=profile)
    return answer(_view(found), status=202)


async def show(request: web.Request) -> web.Response:
    """Show the status of the investor's accounts at the broker and the off-ramp."""
    try:
        found = await application(request).onboardings.onboarding(caller(request))
    except OnboardingRequired:
        raise OnboardingNotFound from None
    return answer(_view(found))


async def _profile(request: web.Request, body: OnboardingBody) -> Profile:
    """The profile, with the e-mail address of the log-in and the client's IP address."""
    return Profile(
        given_name=body.given_name,
        family_name=body.family_name,
        date_of_birth=body.date_of_birth.isoformat(),
        email=await application(request).onboardings.email_of(caller(request)),
        phone=body.phone,
        street=body.street,
        city=body.city,
        state=body.state,
        postal_code=body.postal_code,
        country=body.country,
        tax_id=body.tax_id,
        ip_address=client_address(request),
        agreed_at=rfc3339(request.app[CLOCK].now()),
    )


def _view(found: Onboarding) -> OnboardingView:
    return OnboardingView(
        stage=found.stage,
        broker=BrokerView(standing=found.broker.standing),
        offramp=OfframpView(standing=found.offramp.standing, action_url=found.offramp.action_url),
        reason=reason_for_investor(found.stage, found.reason),
    )
